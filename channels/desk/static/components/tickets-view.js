/**
 * The tickets of one's unit (of the whole city for the hotline): a list, what is due first on top, and one ticket.
 */
import {DeskElement, base, css, html, icons, nothing} from '../lib.js';
import {categoryName, locale, t, unitName, word} from '../i18n.js';
import {deadline} from '../../../static/format.js';
import {hashOf} from '../routes.js';
import {look} from '../look.js';
import {Loaded} from './loaded.js';
import './ticket-panel.js';

const QUERIES = {
  due: {open: 'true', order: 'due'},
  overdue: {open: 'true', overdue: 'true', order: 'due'},
  open: {open: 'true'},
  uncategorised: {open: 'true', categorised: 'false'},
  all: {},
};
const NUMBER = /^\d{14}$/;
const PAGE = 50;

class TicketsView extends DeskElement {
  static properties = {number: {}, which: {state: true}, words: {state: true}};

  static styles = [
    base,
    look,
    css`
      :host {
        display: grid;
        grid-template: minmax(0, 1fr) / minmax(18rem, 26rem) minmax(0, 1fr);
      }
      .list {
        display: grid;
        grid-template-rows: auto minmax(0, 1fr);
        border-inline-end: 1px solid var(--line);
        min-height: 0;
      }
      .head {
        padding: 0.75rem;
        border-bottom: 1px solid var(--line);
      }
      .head h2 {
        font-size: 1.1rem;
        margin-bottom: 0.5rem;
      }
      .head form {
        display: flex;
        gap: 0.4rem;
      }
      .head select {
        margin-top: 0.5rem;
      }
      .scroll {
        overflow-y: auto;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      li a {
        display: block;
        padding: 0.6rem 0.75rem;
        border-bottom: 1px solid var(--line);
        color: inherit;
        text-decoration: none;
      }
      li a:hover {
        background: var(--surface-2);
      }
      li a[aria-current] {
        background: var(--primary-soft);
        color: var(--primary-soft-ink);
      }
      .line {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0.2rem 0.6rem;
      }
      .digits {
        font-family: var(--font-number);
        font-weight: 650;
      }
      .excerpt {
        overflow: hidden;
        display: -webkit-box;
        -webkit-line-clamp: 2;
        -webkit-box-orient: vertical;
        overflow-wrap: anywhere;
      }
      .small {
        font-size: 0.88rem;
      }
      .late {
        color: var(--danger);
        font-weight: 650;
      }
      .more {
        padding: 0.75rem;
        text-align: center;
      }
      @media (max-width: 60rem) {
        :host {
          grid-template-columns: minmax(0, 1fr);
        }
        :host([chosen]) .list,
        .nothing {
          display: none;
        }
      }
    `,
  ];

  #list = new Loaded(this, () => this.#read());
  #next = null;

  constructor() {
    super();
    this.which = 'due';
    this.words = '';
  }

  willUpdate(changed) {
    this.toggleAttribute('chosen', Boolean(this.number));
    if (changed.get('state')?.dialog && !this.state.dialog) this.#list.load();
  }

  async #read(after = null) {
    const words = this.words.trim();
    const query = {...QUERIES[this.which], limit: PAGE, ...(words ? {text: words} : {}), ...(after ? {after} : {})};
    const {tickets, next} = await this.desk.staff.tickets(query);
    this.#next = next;
    return after ? [...this.#list.value, ...tickets] : tickets;
  }

  async #more() {
    await this.desk.attempt(async () => (this.#list.value = await this.#read(this.#next)));
    this.requestUpdate();
  }

  render() {
    return html`<div class="list">
        <div class="head">
          <h2>${t('view_tickets')}</h2>
          <form role="search" @submit=${this.#search}>
            <input
              name="words"
              type="search"
              maxlength="100"
              autocomplete="off"
              aria-label=${t('tickets_search')}
              placeholder=${t('tickets_search')}
            />
            <button class="button" aria-label=${t('tickets_find')}>${icons.search}</button>
          </form>
          <select aria-label=${t('tickets_which')} .value=${this.which} @change=${this.#choose}>
            ${Object.keys(QUERIES).map((which) => html`<option value=${which}>${t(`tickets_${which}`)}</option>`)}
          </select>
        </div>
        <div class="scroll" tabindex="0" role="region" aria-label=${t('view_tickets')}>
          ${this.#list.render((tickets) => this.#items(tickets))}
        </div>
      </div>
      ${
        this.number
          ? html`<ticket-panel .desk=${this.desk} .state=${this.state} .number=${this.number}></ticket-panel>`
          : html`<p class="empty nothing">${t('tickets_choose')}</p>`
      }`;
  }

  #items(tickets) {
    if (!tickets.length) return html`<p class="empty">${t('tickets_none')}</p>`;
    return html`<ul>
        ${tickets.map((ticket) => this.#item(ticket))}
      </ul>
      ${
        this.#next
          ? html`<p class="more"><button class="button small" @click=${() => this.#more()}>${t('tickets_more')}</button></p>`
          : nothing
      }`;
  }

  #item(ticket) {
    const late = ticket.open && Date.parse(ticket.due_at) < Date.now();
    const about = [word('nature', ticket.nature), categoryName(ticket.category) ?? ticket.category, unitName(ticket.unit) ?? ticket.unit_name];
    return html`<li>
      <a href=${hashOf({view: 'tickets', id: ticket.number})} aria-current=${ticket.number === this.number ? 'true' : nothing}>
        <span class="line"
          ><span class="digits">${ticket.number}</span>
          <span
            >${ticket.emergency ? html`<span class="chip danger">${t('alert')}</span>` : nothing}
            <span class="chip">${word('status', ticket.status)}</span></span
          ></span
        >
        <span class="excerpt">${ticket.excerpt}</span>
        <span class="line small"
          ><span class="muted">${about.filter(Boolean).join(' · ')}</span>
          <span class=${late ? 'late' : 'muted'}>${t('due', {time: deadline(ticket.due_at, locale())})}</span></span
        >
      </a>
    </li>`;
  }

  #search(event) {
    event.preventDefault();
    const words = new FormData(event.target).get('words').replaceAll(/\s/g, ' ').trim();
    if (NUMBER.test(words.replaceAll(/[ -]/g, ''))) {
      this.desk.go('tickets', words.replaceAll(/[ -]/g, ''));
      return;
    }
    this.words = words;
    if (words) this.which = 'all';
    this.#list.load();
  }

  #choose(event) {
    this.which = event.target.value;
    this.#list.load();
  }
}

customElements.define('tickets-view', TicketsView);
