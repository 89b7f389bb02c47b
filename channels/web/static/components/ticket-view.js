/**
 * The citizen's tickets: those of this conversation, any other by number and four digits, and one of them whole.
 *
 * A ticket that is open stands in the address (`#ticket/NUMBER`), so the link leads to it again. It reads and writes
 * through the chat's HTTP calls and keeps nothing but the four digits, and these only while it is open.
 */
import {css, html, nothing} from '../vendor/lit.js';
import {base, dialog} from '../styles.js';
import {icons} from '../icons.js';
import {categoryName, locale, t} from '../i18n.js';
import {deadline} from '../format.js';
import {untilImported} from '../backoff.js';
import {dialogHead, headStyles} from './dialog-head.js';
import {HotlineElement} from './element.js';
import {TICKET_CARD} from './message-bubble.js';
import './ticket-course.js';
import './ticket-wishes.js';

untilImported(TICKET_CARD);

const HASH = '#ticket/';
const PROBLEMS = {404: 'lookup_none', 403: 'lookup_none', 422: 'lookup_none', 429: 'lookup_wait'};
const digits = (text) => text.normalize('NFKC').replace(/[\s-]/g, '');

class TicketView extends HotlineElement {
  static properties = {
    chat: {attribute: false},
    ticket: {state: true},
    own: {state: true},
    error: {state: true},
    busy: {state: true},
    notified: {state: true},
  };

  static styles = [
    base,
    dialog,
    headStyles,
    css`
      dialog {
        width: min(40rem, calc(100vw - 16px));
      }
      h3 {
        margin-top: 1.2rem;
        font-size: 1.05rem;
      }
      label {
        display: block;
        margin-top: 0.8rem;
        font-weight: 600;
      }
      input {
        width: 100%;
        min-height: 3rem;
        margin-top: 0.3rem;
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
      .own {
        display: grid;
        gap: 0.55rem;
        margin-top: 0.6rem;
      }
      .own .button {
        display: grid;
        gap: 0.1rem;
        width: 100%;
        padding: 0.6rem 0.9rem;
        border-radius: 12px;
        text-align: start;
        justify-content: stretch;
      }
      .own b {
        font: 650 1.05rem/1.35 var(--font-number);
      }
      .own small {
        font-size: max(var(--least), 0.92rem);
        color: var(--muted);
      }
      .own .button:hover small {
        color: inherit;
      }
      .next {
        margin-top: 0.8rem;
        padding: 0.7rem 1rem;
        border-inline-start: 4px solid var(--primary);
        background: var(--primary-soft);
        color: var(--primary-soft-ink);
      }
      .told {
        margin-top: 0.8rem;
      }
    `,
  ];

  render() {
    const {ticket} = this;
    return html`<dialog aria-labelledby="title" @close=${this.#closed}>
      ${dialogHead(t(ticket ? 'ticket_title' : 'lookup_title'), () => this.#dialog.close())}
      ${ticket ? this.#whole(ticket) : this.#all()}
    </dialog>`;
  }

  #all() {
    return html`${this.own?.length ? this.#mine() : nothing}
      <form novalidate @submit=${this.#submit}>
        ${this.own?.length ? html`<h3>${t('tickets_other')}</h3>` : nothing}
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
          ${this.#news()}
        </div>
      </form>
      <div role="status">${this.error ? html`<p class="error">${t(this.error)}</p>` : nothing}</div>`;
  }

  #mine() {
    return html`<h3>${t('tickets_own')}</h3>
      <ul class="own">
        ${this.own.map(
          (one) =>
            html`<li>
              <button class="button" @click=${() => this.#look(one.number, null)}>
                <b>${one.number}</b>
                <span>${[categoryName(one.category), t(`status_${(one.live ?? one).status}`)].filter(Boolean).join(' · ')}</span>
                ${one.next ? html`<small>${this.#next(one.next)}</small>` : nothing}
              </button>
            </li>`,
        )}
      </ul>`;
  }

  #whole(ticket) {
    const live = ticket.live ?? ticket;
    return html`<ticket-card .language=${this.language} .ticket=${ticket}></ticket-card>
      <div role="status">
        ${live.next ? html`<p class="next">${this.#next(live.next)}</p>` : nothing}
        ${ticket.live ? html`<p class="told">${t('ticket_merged', {number: live.number})}</p>` : nothing}
        ${live.followers ? html`<p class="told">${t('ticket_followers', {count: live.followers})}</p>` : nothing}
        ${ticket.first === false && !ticket.live ? html`<p class="told">${t('ticket_joined')}</p>` : nothing}
      </div>
      <h3>${t('ticket_course')}</h3>
      <ticket-course .language=${this.language} .steps=${live.steps ?? []}></ticket-course>
      <ticket-wishes
        .language=${this.language}
        .ticket=${live}
        .wish=${(what, given) => this.#wish(ticket.number, what, given)}
      ></ticket-wishes>
      <div class="actions">
        <button class="button" @click=${this.#back}>${t('tickets_all')}</button>
        ${this.#notices()} ${this.#news()}
      </div>`;
  }

  #news() {
    return html`<button class="button" type="button" @click=${() => this.tell('show-news')}>${t('news_title')}</button>`;
  }

  #next({what, at}) {
    return t(`next_${what}`, {time: t('city_time', {time: deadline(at, locale())})});
  }

  #notices() {
    if (!('Notification' in globalThis) || !navigator.serviceWorker || this.notified === 'granted') return nothing;
    if (this.notified === 'denied') return html`<p class="help">${t('notices_denied')}</p>`;
    return html`<button class="button" @click=${this.#ask}>${t('notices_ask')}</button>`;
  }

  async #ask() {
    this.notified = await Notification.requestPermission();
  }

  get #dialog() {
    return this.renderRoot.querySelector('dialog');
  }

  /** Opens the view; with a number of this conversation, or of the address, that ticket at once. */
  async show(number = null) {
    this.notified = globalThis.Notification?.permission;
    Object.assign(this, {ticket: null, error: null, busy: false, own: null});
    await this.updateComplete;
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#field('number').value = number ?? '';
    this.#field('last4').value = '';
    if (number) await this.#look(number, null);
    if (!this.ticket) await this.#list();
  }

  async #list() {
    try {
      this.own = await this.chat.api.tickets();
    } catch {
      this.own = null; // without a conversation or a connection there is still the search
    }
  }

  #field(id) {
    return this.renderRoot.querySelector(`#${id}`);
  }

  #closed() {
    Object.assign(this, {ticket: null, error: null, own: null});
    this.last4 = null;
    if (location.hash.startsWith(HASH)) history.replaceState(null, '', location.pathname + location.search);
  }

  async #back() {
    Object.assign(this, {ticket: null, error: null});
    history.replaceState(null, '', location.pathname + location.search);
    await this.updateComplete;
    this.renderRoot.querySelector('#title').focus();
    await this.#list();
  }

  #submit(event) {
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

  /** Without four digits, a ticket that is not this conversation's is asked for by them. */
  async #look(number, last4) {
    Object.assign(this, {busy: true, error: null});
    try {
      const ticket = await this.chat.api.ticket(number, last4);
      if (!this.#dialog.open) return; // closed meanwhile: the address stays as it is
      this.last4 = last4;
      this.#took(ticket);
      history.replaceState(null, '', `${HASH}${ticket.number}`);
      await this.updateComplete;
      this.renderRoot.querySelector('#title').focus();
      this.#dialog.scrollTop = 0;
    } catch (error) {
      this.error = last4 === null && error.gone ? 'lookup_by_last4' : (PROBLEMS[error.status] ?? 'lookup_failed');
      if (last4 === null) this.#field('last4')?.focus();
    } finally {
      this.busy = false;
    }
  }

  #took(ticket) {
    this.ticket = ticket;
  }

  /** Rejects with an ApiError. */
  async #wish(number, what, given) {
    const body = this.last4 ? {...given, phone_last4: this.last4} : given;
    this.#took(await this.chat.api.wish(number, what, body));
  }
}

customElements.define('ticket-view', TicketView);
