/**
 * Who is to be called back: citizens for whom nobody was free, and calls that broke off.
 */
import {DeskElement, base, html, icons, nothing} from '../lib.js';
import {DeskError} from '../api.js';
import {languageName, locale, t} from '../i18n.js';
import {deadline} from '../../../static/format.js';
import {hashOf} from '../routes.js';
import {look} from '../look.js';
import {acts, cell, heads} from './cells.js';
import {Loaded} from './loaded.js';
import {DeskDialog} from './desk-dialog.js';
import './waiting-time.js';

const SOON_SECONDS = 1800;
/** Why a call is due that nobody asked for. */
const REASONS = ['abandoned', 'dropped', 'busy', 'failed', 'revisit'];
/** Begins the id of a call that asks whether the matter of a ticket is solved. */
const REVISIT = 'revisit:';

class CallbacksView extends DeskElement {
  static styles = [base, look];
  #list = new Loaded(this, () => this.desk.office.callbacks());
  #phones = new Map();

  render() {
    return html`<div class="view" @changed=${() => this.#list.load()}>
      <header>
        <h2>${t('view_callbacks')}</h2>
        <button class="button small" @click=${() => this.#list.load()}>${icons.retry}${t('refresh')}</button>
      </header>
      ${this.#list.render((callbacks) => this.#table(callbacks.filter(({state}) => state !== 'done')))}
    </div>`;
  }

  #table(callbacks) {
    if (!callbacks.length) return html`<p class="empty card">${t('callbacks_none')}</p>`;
    return html`<table class="cards">
      ${heads('caller', 'callback_due', 'callback_asked', 'callback_about', 'callback_acts')}
      <tbody>
        ${callbacks.map((callback) => this.#row(callback))}
      </tbody>
    </table>`;
  }

  /** The number in clear; who asked for it is logged. */
  async #reveal(id) {
    try {
      this.#phones.set(id, await this.desk.office.callbackPhone(id));
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      this.#phones.set(id, null);
    }
    this.requestUpdate();
  }

  #phone(id, masked) {
    if (!masked) return nothing;
    const phone = this.#phones.get(id);
    if (phone) return html`<br /><a class="digits" href="tel:${phone}">${phone}</a>`;
    return html`<br /><span class="muted">${masked}</span>
      ${this.#phones.has(id)
        ? html`<span class="muted">${t('callback_phone_gone')}</span>`
        : html`<button class="button small plain" title=${t('callback_reveal_logged')} @click=${() => this.#reveal(id)}>
            ${icons.eye}${t('reveal')}
          </button>`}`;
  }

  #row({id, caller, language, requested_at: asked, due_at: due, note, reason, ticket_number: number, conversation_id: conversation}) {
    return html`<tr>
      <th scope="row">
        ${caller?.name ?? t('caller_unknown')} ${this.#phone(id, caller?.phone)}
        <br /><span class="chip own">${languageName(language)}</span>
      </th>
      ${cell('callback_due', due ? html`<waiting-time .until=${due} .warn=${SOON_SECONDS}></waiting-time>` : '–')}
      ${cell('callback_asked', deadline(asked, locale()))}
      ${cell('callback_about', html`${REASONS.includes(reason) ? html`<span class="chip">${t(`callback_${reason}`)}</span>` : nothing} ${note ?? ''} ${number ? html`<br />${t('ticket')} ${number}` : nothing}`, language)}
      ${acts(
        html`${conversation ? html`<a class="button small" href=${hashOf({view: 'work', id: conversation})}>${t('open')}</a>` : nothing}
          <button class="button small main" @click=${() => this.desk.ask('callback', id)}>${t('callback_done')}</button>`,
      )}
    </tr>`;
  }

  updated(changed) {
    if (changed.get('state')?.dialog?.kind === 'callback' && !this.state.dialog) this.#list.load();
  }
}

const RESULTS = ['reached', 'no_answer', 'wrong_number', 'not_needed'];

class CallbackDialog extends DeskDialog {
  get #revisit() {
    return this.state.dialog.id.startsWith(REVISIT);
  }

  render() {
    return this.#revisit ? this.#questions() : this.#result();
  }

  /** Both answers of the citizen, asked apart; without them the call stays in the list. */
  #questions() {
    return this.frame({
      title: t('revisit_title'),
      submit: t('callback_done'),
      content: html`${['solved', 'satisfied'].map(
          (name) =>
            html`<fieldset class="field">
              <legend>${t(`revisit_${name}`)}</legend>
              ${['yes', 'no'].map(
                (answer) =>
                  html`<label class="check"><input type="radio" name=${name} value=${answer} />${t(`revisit_${answer}`)}</label>`,
              )}
            </fieldset>`,
        )}
        <div class="field">
          <label for="note">${t('revisit_note')}</label>
          <textarea id="note" name="note" rows="3" maxlength="1000"></textarea>
        </div>`,
    });
  }

  #result() {
    return this.frame({
      title: t('callback_title'),
      submit: t('callback_done'),
      content: html`<fieldset class="field">
          <legend>${t('callback_result')}</legend>
          ${RESULTS.map(
            (result) =>
              html`<label class="check"><input type="radio" name="result" value=${result} />${t(`result_${result}`)}</label>`,
          )}
        </fieldset>
        <div class="field">
          <label for="note">${t('close_note')}</label>
          <textarea id="note" name="note" rows="2" maxlength="1000"></textarea>
        </div>`,
    });
  }

  async act({result, note, solved, satisfied}) {
    if (this.#revisit) {
      for (const [name, answer] of Object.entries({solved, satisfied})) {
        if (!answer) return this.wrong(t('revisit_choose'), `input[name="${name}"]`);
      }
      const answers = {solved: solved === 'yes', satisfied: satisfied === 'yes', result: note.trim()};
      await this.desk.office.callbackAnswered(this.state.dialog.id, answers);
      return true;
    }
    if (!result) return this.wrong(t('callback_choose'), 'input[name="result"]');
    const words = [t(`result_${result}`), note.trim()].filter(Boolean).join(t('comma'));
    await this.desk.office.callbackDone(this.state.dialog.id, words);
    return true;
  }
}

customElements.define('callbacks-view', CallbacksView);
customElements.define('callback-dialog', CallbackDialog);
