/**
 * Asks before the conversation on this device is put away.
 */
import {html} from '../vendor/lit.js';
import {base, dialog} from '../styles.js';
import {t} from '../i18n.js';
import {HotlineElement} from './element.js';

class ConfirmDialog extends HotlineElement {
  static styles = [base, dialog];

  render() {
    return html`<dialog aria-labelledby="title" aria-describedby="words">
      <h2 id="title">${t('new_title')}</h2>
      <p id="words">${t('new_words')}</p>
      <div class="actions">
        <button class="button" autofocus @click=${() => this.#end(false)}>${t('new_no')}</button>
        <button class="button main" @click=${() => this.#end(true)}>${t('new_yes')}</button>
      </div>
    </dialog>`;
  }

  show() {
    this.renderRoot.querySelector('dialog').showModal();
  }

  #end(confirmed) {
    this.renderRoot.querySelector('dialog').close();
    if (confirmed) this.tell('start-new');
  }
}

customElements.define('confirm-dialog', ConfirmDialog);
