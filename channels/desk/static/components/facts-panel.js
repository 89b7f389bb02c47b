/**
 * What is known about the caller and the matter, and beside it the ticket that can be filed from it.
 */
import {DeskElement, base, css, html, icons, nothing} from '../lib.js';
import {categoryName, languageName, locale, t, unitName, word} from '../i18n.js';
import {hashOf} from '../routes.js';
import {isMine} from '../store.js';
import {look} from '../look.js';
import {clock, deadline} from '../../../static/format.js';
import './ticket-form.js';

const SLOTS = ['nature', 'category', 'description', 'location', 'occurred_at', 'contact_name', 'contact_phone', 'confidentiality'];
const MOST = 5;

class FactsPanel extends DeskElement {
  static properties = {conversationId: {}, page: {state: true}};

  static styles = [
    base,
    look,
    css`
      :host {
        display: grid;
        grid-template-rows: auto minmax(0, 1fr);
      }
      .switch {
        display: flex;
        gap: 0.3rem;
        padding: 0.5rem 0.75rem;
        border-bottom: 1px solid var(--line);
      }
      .switch .button {
        flex: 1;
      }
      .switch [aria-pressed='true'] {
        background: var(--primary-soft);
        border-color: var(--primary);
        color: var(--primary-soft-ink);
        font-weight: 650;
      }
      .body {
        overflow-y: auto;
        overscroll-behavior: contain;
        padding: 0 0.9rem 1rem;
      }
      .body.filing {
        padding-bottom: 0;
      }
      .inline {
        display: inline-flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 0.4rem;
      }
      .inline .button {
        min-height: 1.7rem;
      }
      section {
        padding-block: 0.75rem;
      }
      section + section {
        border-top: 1px solid var(--line);
      }
      h2,
      h3 {
        display: flex;
        align-items: center;
        gap: 0.4rem;
        margin-bottom: 0.3rem;
        font-size: 0.92rem;
      }
      h2 svg,
      h3 svg {
        width: 1.1rem;
        height: 1.1rem;
        color: var(--muted);
      }
      dl {
        display: grid;
        grid-template-columns: minmax(4.5em, max-content) minmax(0, 1fr);
        gap: 0.15rem 0.8rem;
        align-items: baseline;
        font-size: 0.92rem;
      }
      dt {
        color: var(--muted);
      }
      dd,
      li p {
        overflow-wrap: anywhere;
      }
      .summary {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        font-size: 0.94rem;
      }
      li + li {
        margin-top: 0.45rem;
      }
      .digits {
        font-family: var(--font-number);
        font-weight: 650;
      }
      .small {
        font-size: 0.88rem;
      }
      summary {
        cursor: pointer;
        font-weight: 600;
        font-size: 0.92rem;
        line-height: 1.5;
        padding-block: 0.15rem;
      }
      details p {
        margin-block: 0.3rem;
        white-space: pre-wrap;
        font-size: 0.9rem;
      }
      .revealed {
        font-size: 1.05rem;
      }
    `,
  ];

  constructor() {
    super();
    this.page = 'facts';
  }

  willUpdate(changed) {
    if (changed.has('conversationId')) this.page = 'facts';
  }

  get #thread() {
    return this.state.threads[this.conversationId];
  }

  render() {
    const filing = this.page === 'ticket' && this.#mine;
    return html`<div class="switch" role="group" aria-label=${t('facts')}>
        <button class="button small" aria-pressed=${!filing} @click=${() => this.showFacts()}>${icons.person}${t('facts')}</button>
        <button
          class="button small"
          data-act="ticket"
          aria-pressed=${filing}
          ?disabled=${!this.#mine}
          @click=${() => this.showTicket()}
        >
          ${icons.ticket}${t('file_ticket')}
        </button>
      </div>
      <div class="body ${filing ? 'filing' : ''}" tabindex="0" role="region" aria-label=${t(filing ? 'file_ticket' : 'facts')}>
        ${
          filing
            ? html`<ticket-form .desk=${this.desk} .state=${this.state} .conversationId=${this.conversationId}></ticket-form>`
            : this.#facts()
        }
      </div>`;
  }

  get #mine() {
    return !this.#thread.gone && isMine(this.state, this.#thread.conversation);
  }

  async showTicket() {
    this.page = 'ticket';
    await this.updateComplete;
    this.$('ticket-form')?.focus();
  }

  showFacts() {
    this.page = 'facts';
    this.updateComplete.then(() => this.$('.body').focus());
  }

  #facts() {
    const {conversation, tickets = [], suggestions = {}, caller_history: history = []} = this.#thread;
    return html`${this.#caller(conversation)} ${this.#summary(conversation)} ${this.#tickets(tickets)}
    ${this.#suggestions(suggestions)} ${this.#duplicates(suggestions.duplicates ?? [])}
    ${this.#knowledge(suggestions.knowledge ?? [])} ${this.#slots(conversation.slots ?? {})} ${this.#history(history)}`;
  }

  #caller({caller, language, channel, reason, accepted_at: accepted}) {
    const revealed = this.state.revealed?.[this.conversationId];
    return html`<section aria-labelledby="caller">
      <h2 id="caller">${icons.person}${t('caller')}</h2>
      <dl>
        ${this.#row(t('caller_name'), revealed?.name ?? caller?.name ?? t('not_given'))}
        ${this.#row(
          t('caller_phone'),
          revealed
            ? html`<a class="digits revealed" href="tel:${revealed.phone}">${revealed.phone}</a>`
            : html`<span class="inline"
                ><span class=${caller?.phone ? 'digits' : ''}>${caller?.phone ?? t('not_given')}</span>${
                  caller?.phone && this.#mine
                    ? html`<button class="button small plain" @click=${() => this.desk.ask('reveal', this.conversationId)}>
                        ${icons.eye}${t('reveal')}
                      </button>`
                    : nothing
                }</span
              >`,
        )}
        ${this.#row(t('caller_language'), languageName(language))} ${this.#row(t('caller_channel'), t(`channel_${channel}`))}
        ${reason ? this.#row(t('caller_reason'), t(`reason_${reason}`)) : nothing}
        ${accepted ? this.#row(t('accepted_at'), clock(accepted, locale())) : nothing}
      </dl>
    </section>`;
  }

  #row(label, value) {
    return html`<dt>${label}</dt>
      <dd>${value}</dd>`;
  }

  #summary({summary, language}) {
    if (!summary) return nothing;
    return html`<section aria-labelledby="summary">
      <h2 id="summary">${icons.note}${t('summary')}</h2>
      <p class="summary" lang=${language}>${summary}</p>
    </section>`;
  }

  #tickets(tickets) {
    if (!tickets.length) return nothing;
    return html`<section aria-labelledby="tickets">
      <h2 id="tickets">${icons.ticket}${t('open_tickets')}</h2>
      <ul>
        ${tickets.map(
          (ticket) =>
            html`<li>
              <p><a class="digits" href=${hashOf({view: 'tickets', id: ticket.number})}>${ticket.number}</a> <span class="chip">${word('status', ticket.status)}</span></p>
              <p class="small">
                ${[word('nature', ticket.nature), categoryName(ticket.category) ?? ticket.category, unitName(ticket.unit) ?? ticket.unit].filter(Boolean).join(' · ')}
              </p>
              ${ticket.due_at ? html`<p class="small muted">${t('due', {time: deadline(ticket.due_at, locale())})}</p>` : nothing}
            </li>`,
        )}
      </ul>
    </section>`;
  }

  #suggestions({categories = [], units = []}) {
    if (!categories.length) return nothing;
    const [best] = units;
    return html`<section aria-labelledby="suggested">
      <h2 id="suggested">${icons.flag}${t('suggested')}</h2>
      <ul>
        ${categories.slice(0, 3).map(
          ({id, title, unit}) =>
            html`<li class="small">
              ${categoryName(id) ?? title ?? id} → ${unitName(unit ?? best?.id) ?? unit ?? ''}
            </li>`,
        )}
      </ul>
    </section>`;
  }

  #duplicates(duplicates) {
    if (!duplicates.length) return nothing;
    return html`<section aria-labelledby="duplicates">
      <h2 id="duplicates">${icons.copy}${t('duplicates')}</h2>
      <ul>
        ${duplicates.slice(0, MOST).map(
          (one) =>
            html`<li>
              <p><a class="digits" href=${hashOf({view: 'tickets', id: one.number})}>${one.number}</a> <span class="chip">${word('status', one.status)}</span></p>
              <p class="small">
                ${[categoryName(one.category) ?? one.category, one.location, one.complainants ? t('complainants', {count: one.complainants}) : ''].filter(Boolean).join(' · ')}
              </p>
            </li>`,
        )}
      </ul>
    </section>`;
  }

  #knowledge(items) {
    if (!items.length) return nothing;
    return html`<section aria-labelledby="knowledge">
      <h2 id="knowledge">${icons.search}${t('knowledge')}</h2>
      ${items.slice(0, MOST).map(
        ({title, text, source}) =>
          html`<details>
            <summary>${title}</summary>
            <p>${text}</p>
            ${source ? html`<p class="muted">${t('source', {source})}</p>` : nothing}
            ${
              this.#mine
                ? html`<button class="button small" @click=${() => this.tell('insert', text)}>${t('insert')}</button>`
                : nothing
            }
          </details>`,
      )}
    </section>`;
  }

  #slots(slots) {
    const known = SLOTS.filter((slot) => slots[slot]);
    if (!known.length) return nothing;
    return html`<section aria-labelledby="slots">
      <h2 id="slots">${icons.list}${t('slots')}</h2>
      <dl>
        ${known.map((slot) => this.#row(word('slot', slot), this.#value(slot, slots[slot])))}
      </dl>
    </section>`;
  }

  #value(slot, value) {
    if (slot === 'category') return categoryName(value) ?? value;
    if (slot === 'nature' || slot === 'confidentiality') return word(slot, value);
    return value;
  }

  #history(history) {
    if (!history.length) return nothing;
    return html`<section aria-labelledby="history">
      <h2 id="history">${icons.wait}${t('history')}</h2>
      <ul>
        ${history.slice(0, MOST).map(
          ({at, channel, language, summary, tickets, conversation_id: id}) =>
            html`<li class="small">
              <p class="muted">
                ${deadline(at, locale())} · ${t(`channel_${channel ?? 'web'}`)} ${tickets?.length ? html`· <span class="digits">${tickets.join(' ')}</span>` : nothing}
              </p>
              ${summary ? html`<p lang=${language ?? nothing}>${summary}</p>` : nothing}
              ${id && id !== this.conversationId ? html`<a href=${hashOf({view: 'work', id})}>${t('open')}</a>` : nothing}
            </li>`,
        )}
      </ul>
    </section>`;
  }
}

customElements.define('facts-panel', FactsPanel);
