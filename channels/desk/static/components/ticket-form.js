/**
 * The ticket from the conversation: filled in with what was said, to be looked over, changed and filed with one press.
 *
 * It keeps what the agent changed while the draft follows the conversation; a second press files nothing twice.
 */
import {DeskElement, base, css, html, icons, live, nothing} from '../lib.js';
import {DeskError} from '../api.js';
import {allCategories, categoryName, language, t, unitName, word} from '../i18n.js';
import {look} from '../look.js';
import {problemWords} from '../problems.js';
import {newId} from '../../../static/outbox.js';
import '../../../static/components/ticket-card.js';

const NATURES = ['consultation', 'complaint', 'help', 'report', 'suggestion', 'praise'];
const CONFIDENTIALITY = ['public', 'unit_hidden', 'anonymous'];
const NEEDED = ['nature', 'category', 'description'];
const SLOTS = [...NEEDED, 'location', 'occurred_at', 'contact_name', 'contact_phone', 'confidentiality'];
const BEST = 3;

class TicketForm extends DeskElement {
  static properties = {
    conversationId: {},
    touched: {state: true},
    busy: {state: true},
    problem: {state: true},
    wrong: {state: true},
    filed: {state: true},
  };

  static styles = [
    base,
    look,
    css`
      .field {
        margin-top: 0.6rem;
      }
      .best {
        display: flex;
        flex-wrap: wrap;
        gap: 0.3rem;
        margin-bottom: 0.3rem;
      }
      .best .button {
        font-size: 0.84rem;
      }
      .best [aria-pressed='true'] {
        border-color: var(--primary);
        background: var(--primary-soft);
        color: var(--primary-soft-ink);
        font-weight: 650;
      }
      .duplicates {
        padding: 0.5rem 0.7rem;
        border: 1px solid var(--note-line);
        border-radius: 8px;
        background: var(--note-soft);
        color: var(--note-ink);
      }
      .duplicates li {
        margin-top: 0.25rem;
        font-size: 0.9rem;
      }
      .digits {
        font-family: var(--font-number);
        font-weight: 650;
      }
      .two {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 0 0.6rem;
      }
      .send {
        position: sticky;
        bottom: 0;
        margin: 0.8rem -0.9rem 0;
        padding: 0.6rem 0.9rem;
        border-top: 1px solid var(--line);
        background: var(--surface);
      }
      .send .button {
        width: 100%;
        min-height: 2.75rem;
      }
      .unit {
        margin-top: 0.25rem;
      }
    `,
  ];

  #requestId = newId();

  constructor() {
    super();
    this.touched = {};
  }

  willUpdate(changed) {
    if (!changed.has('conversationId')) return;
    Object.assign(this, {touched: {}, problem: null, wrong: null, filed: null});
    this.#requestId = newId();
  }

  get #thread() {
    return this.state.threads[this.conversationId];
  }

  #value(slot) {
    return this.touched[slot] ?? this.#thread.ticket_draft?.[slot] ?? '';
  }

  render() {
    if (this.filed) return this.#done();
    const {suggestions = {}} = this.#thread;
    return html`<form novalidate @submit=${this.#submit} @input=${this.#typed} @change=${this.#typed}>
      ${this.#duplicates(suggestions.duplicates ?? [])}
      <div class="two">
        ${this.#select('nature', NATURES.map((id) => [id, word('nature', id)]))}
        ${this.#select('confidentiality', CONFIDENTIALITY.map((id) => [id, word('confidentiality', id)]))}
      </div>
      ${this.#category(suggestions)}
      ${this.#area('description', 4)} ${this.#area('location', 2)} ${this.#input('occurred_at')}
      <div class="two">${this.#input('contact_name')} ${this.#input('contact_phone', 'tel')}</div>
      <div role="alert">${this.problem ? html`<p class="problem field">${this.problem}</p>` : nothing}</div>
      <div class="send">
        <button class="button main" type="submit" ?disabled=${this.busy}>
          ${icons.ticket}${t('ticket_file')}
        </button>
      </div>
    </form>`;
  }

  #done() {
    return html`<div role="status" class="field"><p>${icons.check} ${t('ticket_filed')}</p></div>
      <ticket-card .language=${language()} .ticket=${this.filed}></ticket-card>
      <div class="field row">
        <button class="button small" @click=${this.#another}>${icons.plus}${t('ticket_another')}</button>
      </div>`;
  }

  #duplicates(duplicates) {
    if (!duplicates.length) return nothing;
    return html`<section class="duplicates field" aria-labelledby="duplicates">
      <p class="label" id="duplicates">${t('duplicates_check')}</p>
      <ul>
        ${duplicates.slice(0, BEST).map(
          ({number, category, location, status}) =>
            html`<li>
              <span class="digits">${number}</span> ${[categoryName(category), location, word('status', status)].filter(Boolean).join(' · ')}
              <button type="button" class="button small" ?disabled=${this.busy} @click=${() => this.#join(number)}>${t('ticket_join')}</button>
            </li>`,
        )}
      </ul>
    </section>`;
  }

  #category({categories = []}) {
    const chosen = this.#value('category');
    const unit = categories.find(({id}) => id === chosen)?.unit;
    return html`<div class="field">
      <label for="category">${word('slot', 'category')}</label>
      <div class="best" role="group" aria-label=${t('suggested')}>
        ${categories.slice(0, BEST).map(
          ({id, title}) =>
            html`<button type="button" class="button small" aria-pressed=${chosen === id} @click=${() => this.#touch('category', id)}>
              ${categoryName(id) ?? title ?? id}
            </button>`,
        )}
      </div>
      ${this.#choice('category', allCategories())}
      ${unit ? html`<p class="help unit">${t('ticket_unit', {unit: unitName(unit) ?? unit})}</p>` : nothing}
    </div>`;
  }

  #select(slot, options) {
    return html`<div class="field">
      <label for=${slot}>${word('slot', slot)}</label>
      ${this.#choice(slot, options)}
    </div>`;
  }

  #choice(slot, options) {
    const value = this.#value(slot);
    return html`<select id=${slot} name=${slot} aria-invalid=${this.wrong === slot}>
      ${value ? nothing : html`<option value="" selected>${t('choose')}</option>`}
      ${options.map(([id, name]) => html`<option value=${id} .selected=${id === value}>${name}</option>`)}
    </select>`;
  }

  #area(slot, rows) {
    return html`<div class="field">
      <label for=${slot}>${word('slot', slot)}</label>
      <textarea
        id=${slot}
        name=${slot}
        rows=${rows}
        maxlength="4000"
        aria-invalid=${this.wrong === slot}
        .value=${live(this.#value(slot))}
      ></textarea>
    </div>`;
  }

  #input(slot, type = 'text') {
    return html`<div class="field">
      <label for=${slot}>${word('slot', slot)}</label>
      <input
        id=${slot}
        name=${slot}
        type=${type}
        autocomplete="off"
        aria-invalid=${this.wrong === slot}
        .value=${live(this.#value(slot))}
      />
    </div>`;
  }

  #typed({target}) {
    if (target.name) this.#touch(target.name, target.value);
  }

  #touch(slot, value) {
    this.touched = {...this.touched, [slot]: value};
    if (this.wrong === slot) Object.assign(this, {wrong: null, problem: null});
  }

  focus() {
    this.$('select, textarea')?.focus();
  }

  #fields() {
    const fields = Object.fromEntries(SLOTS.map((slot) => [slot, this.#value(slot).trim()]));
    // A number that the agent left alone may be masked: the server knows the whole one.
    if (this.touched.contact_phone === undefined) delete fields.contact_phone;
    return fields;
  }

  async #submit(event) {
    event.preventDefault();
    await this.#send();
  }

  /** Lets the citizen follow an open ticket on the same matter instead of filing another. */
  async #join(number) {
    await this.#send(number);
  }

  async #send(join) {
    if (this.busy) return;
    const fields = this.#fields();
    const missing = NEEDED.find((slot) => !fields[slot]);
    if (missing) return this.#refuse(missing, t('ticket_missing', {slot: word('slot', missing)}));
    Object.assign(this, {busy: true, problem: null, wrong: null});
    try {
      this.filed = await this.desk.talk.file(this.conversationId, this.#requestId, fields, join);
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      const slot = error.problem?.field?.replace(/^fields\./, '');
      if (slot && this.$(`#${CSS.escape(slot)}`)) this.#refuse(slot, t('ticket_wrong', {slot: word('slot', slot)}));
      else this.problem = problemWords(error);
    } finally {
      this.busy = false;
    }
  }

  #refuse(slot, sentence) {
    Object.assign(this, {wrong: slot, problem: sentence});
    this.$(`#${slot}`).focus();
  }

  #another() {
    Object.assign(this, {filed: null, touched: {description: '', location: '', occurred_at: '', category: ''}});
    this.#requestId = newId();
  }
}

customElements.define('ticket-form', TicketForm);
