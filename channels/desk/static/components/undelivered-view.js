/**
 * What could not be delivered to another system: why, how often it was tried, again or away with it.
 */
import {DeskElement, base, css, html, icons, nothing} from '../lib.js';
import {known, locale, t} from '../i18n.js';
import {deadline} from '../../../static/format.js';
import {look} from '../look.js';
import {acts, cell, heads} from './cells.js';
import {DeskDialog} from './desk-dialog.js';
import {Loaded} from './loaded.js';

class UndeliveredView extends DeskElement {
  static styles = [
    base,
    look,
    css`
      .error {
        font-size: 0.88rem;
        color: var(--muted);
      }
    `,
  ];

  #list = new Loaded(this, () => this.desk.office.undelivered());

  render() {
    return html`<div class="view">
      <header>
        <h2>${t('view_undelivered')}</h2>
        <button class="button small" @click=${() => this.#list.load()}>${icons.retry}${t('refresh')}</button>
      </header>
      <p class="help">${t('undelivered_help')}</p>
      <div class="field">${this.#list.render((letters) => this.#table(letters))}</div>
    </div>`;
  }

  #table(letters) {
    if (!letters.length) return html`<p class="empty card">${t('undelivered_none')}</p>`;
    return html`<table class="cards">
      ${heads('undelivered_what', 'undelivered_tries', 'undelivered_last', 'undelivered_why', 'callback_acts')}
      <tbody>
        ${letters.map((letter) => this.#row(letter))}
      </tbody>
    </table>`;
  }

  #row({id, kind, target, attempts, error, reason, ticket_number: ticket, last_at: last, conversation_id: conversation}) {
    const what = known(`delivery_${kind}`) ? t(`delivery_${kind}`) : kind;
    const why = known(`undelivered_${reason}`) ? html`<span lang=${locale()}>${t(`undelivered_${reason}`)}</span><br />` : nothing;
    return html`<tr>
      <th scope="row">${what}${target ? html` → ${target}` : nothing}<br /><span class="muted digits">${ticket ?? conversation ?? ''}</span></th>
      ${cell('undelivered_tries', attempts)} ${cell('undelivered_last', deadline(last, locale()) ?? '–')}
      ${cell('undelivered_why', html`${why}<span class="error">${error}</span>`, 'en')}
      ${acts(
        html`<button class="button small" @click=${() => this.#again(id)}>${icons.retry}${t('deliver_again')}</button>
          <button class="button small danger" @click=${() => this.desk.ask('drop', id)}>${t('deliver_drop')}</button>`,
      )}
    </tr>`;
  }

  async #again(id) {
    await this.desk.attempt(async () => {
      await this.desk.office.deliverAgain(id);
      this.desk.say('deliver_queued');
    });
    await this.#list.load();
  }

  updated(changed) {
    if (changed.get('state')?.dialog?.kind === 'drop' && !this.state.dialog) this.#list.load();
  }
}

class DropDialog extends DeskDialog {
  render() {
    return this.frame({
      title: t('drop_title'),
      submit: t('deliver_drop'),
      danger: true,
      content: html`<p class="field">${t('drop_words')}</p>`,
    });
  }

  async act() {
    await this.desk.office.dropUndelivered(this.state.dialog.id);
  }
}

customElements.define('undelivered-view', UndeliveredView);
customElements.define('drop-dialog', DropDialog);
