/**
 * The dialogs of a ticket: one step with its fields, a note for staff, and showing who the citizen is.
 *
 * The fields come from the server's table of steps. A reply is audited before it is sent; what blocks it can be
 * overridden by a supervisor who says why.
 */
import {html, nothing} from '../lib.js';
import {DeskError} from '../api.js';
import {allCategories, allUnits, language, t, word} from '../i18n.js';
import {DeskDialog} from './desk-dialog.js';

const LONG = new Set(['reason', 'text', 'legal_basis']);
const SHOWN_MS = 120_000;
const UNIT_FIELDS = new Set(['unit', 'units', 'assist_units']);

class StepDialog extends DeskDialog {
  static properties = {findings: {state: true}, blocked: {state: true}};

  /** A supervisor may answer for a reply that is blocked; others correct it or ask theirs. */
  get #overriding() {
    return Boolean(this.blocked) && ['supervisor', 'administrator'].includes(this.state.me.role);
  }

  get #asked() {
    return this.state.dialog.id;
  }

  render() {
    const {call} = this.#asked;
    const reply = call.name === 'reply';
    return this.frame({
      title: word('step', call.name),
      submit: this.#overriding ? t('reply_send_anyway') : word('step', call.name),
      danger: this.#overriding,
      wide: reply,
      content: html`${call.fields.map((field) => this.#field(call, field))}
      ${reply ? html`<p class="field"><button class="button small" type="button" @click=${() => this.#audit()}>${t('reply_audit')}</button></p>` : nothing}
      <div role="status">${this.findings ? this.#found() : nothing}</div>
      ${this.#overriding ? this.#override() : nothing}`,
    });
  }

  #field(call, field) {
    const label = call.name === 'reply' && field.name === 'reason' ? t('reply_text') : word('field', field.name);
    if (field.kind === 'table') return nothing;
    if (field.kind === 'boolean') {
      return html`<fieldset class="field">
        <legend>${label}</legend>
        <div class="checks">
          ${['yes', 'no'].map(
            (one) => html`<label class="check"><input type="radio" name=${field.name} value=${one} />${t(one)}</label>`,
          )}
        </div>
      </fieldset>`;
    }
    return html`<div class="field"><label for=${field.name}>${label}</label>${this.#input(call, field)}</div>`;
  }

  #input(call, field) {
    const {values = {}} = this.#asked;
    const choices = this.#choices(field);
    if (choices) {
      return html`<select id=${field.name} name=${field.name} ?multiple=${field.kind === 'words'} size=${field.kind === 'words' ? 6 : nothing}>
        ${field.kind === 'words' ? nothing : html`<option value="">${t('choose')}</option>`}
        ${choices.map(([id, name]) => html`<option value=${id} ?selected=${id === values[field.name]}>${name}</option>`)}
      </select>`;
    }
    if (LONG.has(field.name)) {
      return html`<textarea id=${field.name} name=${field.name} rows=${call.name === 'reply' ? 7 : 3} maxlength=${field.most}></textarea>`;
    }
    const type = {moment: 'datetime-local', day: 'date', integer: 'number'}[field.kind] ?? 'text';
    return html`<input id=${field.name} name=${field.name} type=${type} maxlength=${field.most} autocomplete="off" />`;
  }

  #choices(field) {
    const options = Object.entries(field.options ?? {});
    if (options.length) return options.map(([id, names]) => [id, names[language()] ?? names.zh ?? id]);
    if (field.choices.length) return field.choices.map((id) => [id, word(field.name, id)]);
    if (UNIT_FIELDS.has(field.name)) return allUnits();
    return field.name === 'category' ? allCategories() : null;
  }

  #found() {
    if (!this.findings.length) return html`<p class="field">${t('reply_clean')}</p>`;
    return html`<ul class="field">
      ${this.findings.map(
        ({gravity, title, excerpt, remedy}) =>
          html`<li class=${gravity === 'block' ? 'problem' : ''}>
            <strong>${title}</strong> ${excerpt && excerpt !== '***' ? html`<q>${excerpt}</q>` : nothing}<br /><span class="help">${remedy}</span>
          </li>`,
      )}
    </ul>`;
  }

  #override() {
    return html`<div class="field">
      <label for="override_reason">${t('reply_override')}</label>
      <textarea id="override_reason" name="override_reason" rows="2" maxlength="1000"></textarea>
      <p class="help">${t('reply_override_help')}</p>
    </div>`;
  }

  async #audit() {
    const reply = this.$('#reason').value.trim();
    if (!reply) return this.wrong(t('field_missing'), '#reason');
    const found = await this.desk.attempt(() => this.desk.staff.audit(this.#asked.number, reply, language()));
    if (found) {
      this.findings = found.findings;
      this.blocked = false;
    }
    return true;
  }

  async act() {
    const {number, version, call} = this.#asked;
    const body = {expected_version: version};
    const form = new FormData(this.$('form'));
    for (const field of call.fields) {
      const value = this.#value(field, form);
      if (value !== undefined) body[field.name] = value;
      else if (field.needed) return this.wrong(t('field_missing'), `[name="${field.name}"]`);
    }
    const override = form.get('override_reason')?.trim();
    if (this.#overriding && !override) return this.wrong(t('field_missing'), '#override_reason');
    if (override) body.override_reason = override;
    try {
      const done = await this.desk.staff.give(number, call.path, body, language());
      this.desk.say('ticket_done', {status: word('status', done.status)});
      return true;
    } catch (error) {
      if (!(error instanceof DeskError) || error.code !== 'reply_blocked') throw error;
      this.findings = error.problem.findings ?? [];
      this.blocked = true;
      return this.wrong(t('problem_reply_blocked'), '#reason');
    }
  }

  #value(field, form) {
    const text = form.get(field.name)?.trim?.() ?? '';
    if (field.kind === 'words') {
      const all = form.getAll(field.name).filter(Boolean);
      return all.length ? all : undefined;
    }
    if (!text) return undefined;
    if (field.kind === 'boolean') return text === 'yes';
    if (field.kind === 'integer') return Number.parseInt(text, 10);
    return text;
  }
}

class TicketNoteDialog extends DeskDialog {
  render() {
    return this.frame({
      title: t('ticket_note'),
      submit: t('save'),
      content: html`<p class="help">${t('ticket_note_help')}</p>
        <div class="field">
          <label for="text">${t('field_text')}</label>
          <textarea id="text" name="text" rows="4" maxlength="4000"></textarea>
        </div>`,
    });
  }

  async act({text}) {
    if (!text.trim()) return this.wrong(t('field_missing'), '#text');
    await this.desk.staff.note(this.state.dialog.id, text.trim());
    return true;
  }
}

class TicketRevealDialog extends DeskDialog {
  render() {
    return this.frame({
      title: t('reveal_title'),
      submit: t('reveal_show'),
      content: html`<p class="help">${t('reveal_help')}</p>
        <div class="field">
          <label for="purpose">${t('reveal_purpose')}</label>
          <input id="purpose" name="purpose" maxlength="200" autocomplete="off" />
        </div>`,
    });
  }

  async act({purpose}) {
    if (purpose.trim().length < 2) return this.wrong(t('reveal_say'), '#purpose');
    const {id} = this.state.dialog;
    const shown = await this.desk.staff.reveal(id, purpose.trim());
    const {store} = this.desk;
    const put = (value) => store.update((state) => ({...state, ticketRevealed: {...state.ticketRevealed, [id]: value}}));
    put(shown);
    setTimeout(() => put(undefined), SHOWN_MS);
    return true;
  }
}

customElements.define('step-dialog', StepDialog);
customElements.define('ticket-note-dialog', TicketNoteDialog);
customElements.define('ticket-reveal-dialog', TicketRevealDialog);
