/**
 * What the citizen may do with a ticket now: press for it, add to it, judge the answer, take it back.
 *
 * Each wish has one id until it was taken, so that sending the same again after a break does nothing twice; other
 * words are another wish. What was written stays until it was taken itself.
 */
import {css, html, nothing} from '../vendor/lit.js';
import {base} from '../styles.js';
import {icons} from '../icons.js';
import {t} from '../i18n.js';
import {newId} from '../outbox.js';
import {choice, choiceStyles} from './choice.js';
import {HotlineElement} from './element.js';

const MOST = 4_000;
const PROBLEMS = {409: 'wish_not_now', 422: 'wish_wrong', 429: 'lookup_wait', 404: 'lookup_none'};

class TicketWishes extends HotlineElement {
  static properties = {
    ticket: {attribute: false},
    wish: {attribute: false},
    open: {state: true},
    busy: {state: true},
    problem: {state: true},
    done: {state: true},
    solved: {state: true},
    satisfied: {state: true},
  };

  static styles = [
    base,
    choiceStyles,
    css`
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 0.6rem;
        margin-top: 0.9rem;
      }
      form {
        margin-top: 0.9rem;
        padding: 0.85rem 1rem 1rem;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--paper);
      }
      fieldset {
        margin-bottom: 0.7rem;
      }
      label.head {
        display: block;
        font-weight: 600;
      }
      textarea {
        width: 100%;
        min-height: 5.5rem;
        margin-top: 0.35rem;
        padding: 0.6rem 0.9rem;
        border: 1.5px solid var(--field);
        border-radius: 12px;
        background: var(--surface);
      }
      .done {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        margin-top: 0.9rem;
        font-weight: 600;
      }
    `,
  ];

  #ids = new Map();

  willUpdate(changed) {
    const before = changed.get('ticket')?.number;
    if (changed.has('ticket') && before && before !== this.ticket?.number) this.#forget();
  }

  render() {
    const can = new Set(this.ticket?.can ?? []);
    const judged = this.ticket?.solved !== null && this.ticket?.solved !== undefined;
    return html`<div role="status">${this.done ? html`<p class="done">${icons.check}${t(this.done)}</p>` : nothing}</div>
      ${can.has('rate') && !judged ? this.#judging() : nothing}
      ${judged && can.has('rate') ? html`<p class="done">${t(this.ticket.solved ? 'judged_solved' : 'judged_unsolved')}</p>` : nothing}
      <div class="row">
        ${can.has('urge') ? this.#button('urge', () => this.#send('urge')) : nothing}
        ${can.has('supplement') ? this.#button('supplement', () => this.#unfold('supplement')) : nothing}
        ${can.has('withdraw') ? this.#button('withdraw', () => this.#unfold('withdraw')) : nothing}
      </div>
      ${this.open ? this.#form() : nothing}
      <div role="alert">${this.problem ? html`<p class="problem">${t(this.problem)}</p>` : nothing}</div>`;
  }

  #button(what, act) {
    return html`<button
      class="button"
      aria-expanded=${what === 'urge' ? nothing : this.open === what}
      ?disabled=${this.busy}
      @click=${act}
    >
      ${t(`wish_${what}`)}
    </button>`;
  }

  #form() {
    const what = this.open;
    return html`<form @submit=${(event) => this.#submit(event, what)}>
      <label class="head" for="text">${t(`wish_${what}_text`)}</label>
      <textarea id="text" maxlength=${MOST}></textarea>
      <div class="row">
        <button class="button main" type="submit" ?disabled=${this.busy}>${t(`wish_${what}_send`)}</button>
        <button class="button" type="button" @click=${() => (this.open = null)}>${t('wish_leave')}</button>
      </div>
    </form>`;
  }

  #judging() {
    return html`<form @submit=${this.#judge}>
      ${this.#question('solved', 'solved_yes', 'solved_no')} ${this.#question('satisfied', 'satisfied_yes', 'satisfied_no')}
      ${
        this.solved === false
          ? html`<label class="head" for="missing">${t('judge_missing')}</label>
              <textarea id="missing" maxlength=${MOST}></textarea>`
          : nothing
      }
      <div class="row">
        <button class="button main" type="submit" ?disabled=${this.busy}>${t('rating_send')}</button>
      </div>
    </form>`;
  }

  #question(name, yes, no) {
    return html`<fieldset>
      <legend>${t(`judge_${name}`)}</legend>
      <div class="choice">${this.#choice(name, yes, true)} ${this.#choice(name, no, false)}</div>
    </fieldset>`;
  }

  #choice(name, key, value) {
    return choice(name, t(key), this[name] === value, () => (this[name] = value));
  }

  async #unfold(what) {
    Object.assign(this, {open: this.open === what ? null : what, problem: null, done: null});
    await this.updateComplete;
    this.renderRoot.querySelector('#text')?.focus();
  }

  #submit(event, what) {
    event.preventDefault();
    const text = this.renderRoot.querySelector('#text').value.trim();
    if (what === 'supplement' && !text) {
      this.renderRoot.querySelector('#text').focus();
      return;
    }
    this.#send(what, {text});
  }

  #judge(event) {
    event.preventDefault();
    if (this.solved === undefined || this.satisfied === undefined) {
      this.problem = 'judge_both';
      return;
    }
    const text = this.renderRoot.querySelector('#missing')?.value.trim() ?? '';
    this.#send('rate', {solved: this.solved, satisfied: this.satisfied, text});
  }

  async #send(what, given = {}) {
    const key = JSON.stringify([what, given]);
    if (!this.#ids.has(key)) this.#ids.set(key, newId());
    Object.assign(this, {busy: true, problem: null, done: null});
    try {
      await this.wish(what, {request_id: this.#ids.get(key), ...given});
      this.#ids.delete(key);
      if (this.open === what) this.open = null;
      if (what === 'rate') Object.assign(this, {solved: undefined, satisfied: undefined});
      this.done = what === 'rate' && given.text ? 'done_reopened' : `done_${what}`;
    } catch (error) {
      this.problem = PROBLEMS[error.status] ?? 'wish_failed';
    } finally {
      this.busy = false;
    }
  }

  #forget() {
    this.#ids.clear();
    Object.assign(this, {open: null, problem: null, done: null, solved: undefined, satisfied: undefined});
  }
}

customElements.define('ticket-wishes', TicketWishes);
