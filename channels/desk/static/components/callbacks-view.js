/**
 * Who is to be called back: citizens for whom nobody was free, and calls that broke off.
 */
import {DeskElement, base, html, icons, nothing} from '../lib.js';
import {languageName, locale, t} from '../i18n.js';
import {deadline} from '../../../static/format.js';
import {hashOf} from '../routes.js';
import {look} from '../look.js';
import {acts, cell, heads} from './cells.js';
import {Loaded} from './loaded.js';
import {DeskDialog} from './desk-dialog.js';
import './waiting-time.js';

const SOON_SECONDS = 1800;

class CallbacksView extends DeskElement {
  static styles = [base, look];
  #list = new Loaded(this, () => this.desk.office.callbacks());

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

  #row({id, caller, language, requested_at: asked, due_at: due, note, ticket_number: number, conversation_id: conversation}) {
    return html`<tr>
      <th scope="row">
        ${caller?.name ?? t('caller_unknown')} ${caller?.phone ? html`<br /><span class="muted">${caller.phone}</span>` : nothing}
        <br /><span class="chip own">${languageName(language)}</span>
      </th>
      ${cell('callback_due', due ? html`<waiting-time .until=${due} .warn=${SOON_SECONDS}></waiting-time>` : '–')}
      ${cell('callback_asked', deadline(asked, locale()))}
      ${cell('callback_about', html`${note ?? ''} ${number ? html`<br />${t('ticket')} ${number}` : nothing}`, language)}
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
  render() {
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

  async act({result, note}) {
    if (!result) return this.wrong(t('callback_choose'), 'input[name="result"]');
    const words = [t(`result_${result}`), note.trim()].filter(Boolean).join(t('comma'));
    await this.desk.office.callbackDone(this.state.dialog.id, words);
    return true;
  }
}

customElements.define('callbacks-view', CallbacksView);
customElements.define('callback-dialog', CallbackDialog);
