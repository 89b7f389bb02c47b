/**
 * Looks a ticket up by its number and the last four digits of the telephone number given for it.
 */
import {css, html, nothing} from '../vendor/lit.js';
import {base, dialog} from '../styles.js';
import {icons} from '../icons.js';
import {t} from '../i18n.js';
import {HotlineElement} from './element.js';
import './ticket-card.js';

const digits = (text) => text.normalize('NFKC').replace(/[\s-]/g, '');

class LookupDialog extends HotlineElement {
  static properties = {find: {attribute: false}, ticket: {state: true}, error: {state: true}, busy: {state: true}};

  static styles = [
    base,
    dialog,
    css`
      .top {
        display: flex;
        align-items: flex-start;
        justify-content: space-between;
        gap: 1rem;
      }
      .close {
        flex: none;
        margin: -0.6rem -0.6rem 0 0;
        padding: 0;
        border-color: transparent;
        background: none;
      }
      label {
        display: block;
        margin-top: 0.8rem;
        font-weight: 600;
      }
      .help {
        color: var(--muted);
        font-size: 0.92rem;
      }
      input {
        width: 100%;
        min-height: 3rem;
        padding: 0.5rem 0.9rem;
        border: 1.5px solid var(--field);
        border-radius: 12px;
        background: var(--paper);
        color: var(--ink);
        font-family: var(--font-number);
        font-size: 1.15rem;
      }
      input.short {
        max-width: 9rem;
      }
      input[aria-invalid='true'] {
        border-color: var(--danger);
      }
      .error {
        margin-top: 0.8rem;
        color: var(--danger);
        font-weight: 600;
      }
    `,
  ];

  render() {
    return html`<dialog aria-labelledby="title" @close=${this.#forget}>
      <div class="top">
        <h2 id="title">${t('lookup_title')}</h2>
        <button class="button close" aria-label=${t('close')} @click=${() => this.#dialog.close()}>
          ${icons.close}
        </button>
      </div>
      <form novalidate @submit=${this.#submit}>
        <label for="number">${t('ticket_number')}</label>
        <input
          id="number"
          inputmode="numeric"
          autocomplete="off"
          maxlength="24"
          aria-describedby="number-help"
          aria-invalid=${this.error === 'lookup_number'}
        />
        <p class="help" id="number-help">${t('lookup_number_help')}</p>
        <label for="last4">${t('lookup_last4')}</label>
        <input
          id="last4"
          class="short"
          inputmode="numeric"
          autocomplete="off"
          maxlength="4"
          aria-describedby="last4-help"
          aria-invalid=${this.error === 'lookup_last4_wrong'}
        />
        <p class="help" id="last4-help">${t('lookup_last4_help')}</p>
        <div class="actions">
          <button class="button main" type="submit" ?disabled=${this.busy}>${icons.search}${t('lookup_find')}</button>
        </div>
      </form>
      <div role="status">
        ${this.error ? html`<p class="error">${t(this.error)}</p>` : nothing}
        ${this.ticket ? html`<ticket-card .language=${this.language} .ticket=${this.ticket}></ticket-card>` : nothing}
      </div>
    </dialog>`;
  }

  get #dialog() {
    return this.renderRoot.querySelector('dialog');
  }

  /** Opens the dialog; with a number of this conversation it looks that up at once. */
  async show(number = null) {
    await this.updateComplete;
    this.#forget();
    this.#field('number').value = number ?? '';
    this.#field('last4').value = '';
    this.#dialog.showModal();
    if (number) await this.#look(number, null);
  }

  #field(id) {
    return this.renderRoot.querySelector(`#${id}`);
  }

  #forget() {
    Object.assign(this, {ticket: null, error: null, busy: false});
  }

  async #submit(event) {
    event.preventDefault();
    const number = digits(this.#field('number').value);
    const last4 = digits(this.#field('last4').value);
    if (!/^\d{6,20}$/.test(number)) return this.#wrong('number', 'lookup_number');
    if (!/^\d{4}$/.test(last4)) return this.#wrong('last4', 'lookup_last4_wrong');
    return this.#look(number, last4);
  }

  #wrong(field, error) {
    this.error = error;
    this.#field(field).focus();
  }

  async #look(number, last4) {
    Object.assign(this, {busy: true, error: null, ticket: null});
    try {
      this.ticket = await this.find(number, last4);
    } catch (error) {
      const words = {404: 'lookup_none', 403: 'lookup_none', 422: 'lookup_none', 429: 'lookup_wait'};
      this.error = words[error.status] ?? 'lookup_failed';
    } finally {
      this.busy = false;
    }
  }
}

customElements.define('lookup-dialog', LookupDialog);
