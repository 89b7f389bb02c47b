/**
 * One message: who said it (for screen readers), its text in its own language, and the cards that belong to it.
 *
 * Text is always shown as text; of its content only telephone numbers become links.
 */
import {css, html, nothing} from '../vendor/lit.js';
import {base} from '../styles.js';
import {icons, seal} from '../icons.js';
import {NAMES, loadMore, locale, t} from '../i18n.js';
import {clock, date, fileSize, phonePieces} from '../format.js';
import {untilImported} from '../backoff.js';
import {HotlineElement} from './element.js';
import './emergency-card.js';

/** The card of a ticket, for all who show one: a file that is asked for in two ways would be there twice. */
export const TICKET_CARD = (again) => loadMore().then(() => import(`./ticket-card.js${again}`));
/** Cards that most conversations begin without, loaded with the first message that holds one. */
const CARDS = {
  ticket: TICKET_CARD,
  rating: (again) => loadMore().then(() => import(`./rating-card.js${again}`)),
  attachment: (again) => import(`./file-view.js${again}`),
};

class MessageBubble extends HotlineElement {
  static properties = {
    message: {attribute: false},
    state: {},
    offered: {attribute: false},
    timed: {type: Boolean},
    readable: {type: Boolean},
  };

  static styles = [
    base,
    css`
      .row {
        position: relative;
        display: flex;
        gap: 0.6rem;
        align-items: flex-start;
        margin-block: 0.35rem;
      }
      .face {
        flex: none;
        width: 2.2rem;
        height: 2.2rem;
        margin-top: 0.15rem;
      }
      .face > svg {
        width: 100%;
        height: 100%;
      }
      .face.person {
        display: grid;
        place-items: center;
        border-radius: 11px;
        background: var(--primary);
        color: var(--primary-ink);
        padding: 0.35rem;
      }
      .body {
        min-width: 0;
        max-width: min(38rem, calc(100% - 1rem));
      }
      .body.cards {
        flex: 1;
      }
      .said {
        display: inline-block;
        max-width: 100%;
        padding: 0.6rem 0.95rem;
        border: 1px solid var(--line);
        border-radius: 4px var(--radius) var(--radius) var(--radius);
        background: var(--surface);
        box-shadow: var(--shadow);
      }
      .text {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      .text a {
        font-weight: 600;
        padding-block: 0.3em;
      }
      .citizen {
        justify-content: flex-end;
      }
      .citizen .body {
        text-align: end;
      }
      .citizen .said {
        text-align: start;
        background: var(--said);
        color: var(--said-ink);
        border-color: transparent;
        border-radius: var(--radius) var(--radius) 4px var(--radius);
      }
      .citizen .unsent {
        background: var(--surface-2);
        color: var(--ink);
        border: 1.5px dashed var(--field);
      }
      .system .body {
        max-width: 100%;
        width: 100%;
      }
      .system .said {
        width: 100%;
        background: var(--surface-2);
        box-shadow: none;
        border-radius: var(--radius);
      }
      .system .announcement {
        border: 1.5px solid currentColor;
        background: var(--warn-soft);
        color: var(--warn-ink);
      }
      .announcement h3,
      .machine {
        display: flex;
        align-items: center;
        gap: 0.4rem;
        font-size: max(var(--least), 0.95rem);
      }
      .machine {
        margin-top: 0.3rem;
        color: var(--muted);
        font-size: max(var(--least), 0.88rem);
      }
      .meta {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.2rem 0.6rem;
        margin-top: 0.2rem;
        color: var(--muted);
        font-size: max(var(--least), 0.85rem);
      }
      .citizen .meta {
        justify-content: flex-end;
      }
      .meta svg {
        width: 1.1em;
        height: 1.1em;
      }
      .state {
        display: inline-flex;
        align-items: center;
        gap: 0.3em;
      }
      .problem {
        color: var(--danger);
        font-weight: 600;
      }
      .source {
        margin-top: 0.45rem;
        padding-top: 0.4rem;
        border-top: 1px solid var(--line);
        color: var(--muted);
        font-size: max(var(--least), 0.88rem);
        overflow-wrap: anywhere;
      }
      .file {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        overflow-wrap: anywhere;
      }
      .again {
        margin-top: 0.5rem;
      }
      .meta .button {
        padding: 0.25rem 0.8rem;
        font-size: max(var(--least), 0.92rem);
      }
      ticket-card,
      emergency-card {
        max-width: 32rem;
      }
      @media (max-width: 40rem) {
        ticket-card,
        emergency-card {
          margin-inline-start: -2.8rem;
        }
      }
    `,
  ];

  willUpdate(changed) {
    if (!changed.has('message')) return;
    for (const kind of Object.keys(CARDS)) {
      if (this.message.data?.[kind]) untilImported(CARDS[kind]).then(() => this.requestUpdate());
    }
  }

  render() {
    const {sender = 'citizen', data = {}} = this.message;
    return html`<div class="row ${sender}">
      ${sender === 'bot' ? html`<div class="face">${seal}</div>` : nothing}
      ${sender === 'agent' ? html`<div class="face person">${icons.person}</div>` : nothing}
      <div class="body ${data.ticket || data.emergency || data.rating ? 'cards' : ''}">
        <span class="sr">${this.#name(sender, data)}: </span>
        ${this.#said(data)}
        ${data.emergency ? html`<emergency-card .language=${this.language} .numbers=${data.emergency.numbers}></emergency-card>` : nothing}
        ${data.ticket?.number ? html`<ticket-card .language=${this.language} .ticket=${data.ticket} refreshable></ticket-card>` : nothing}
        ${data.rating ? html`<rating-card .language=${this.language} .asked=${data.rating}></rating-card>` : nothing}
        ${this.#again(data)} ${this.readable && this.message.text ? this.#aloud() : nothing} ${this.#meta(sender, data)}
      </div>
    </div>`;
  }

  #name(sender, data) {
    return sender === 'agent' && data.agent?.name ? `${t('sender_agent')} ${data.agent.name}` : t(`sender_${sender}`);
  }

  #said(data) {
    const text = this.message.text || this.message.title || this.#wordsOf(data.payload ?? this.message.payload);
    if (!text && !data.attachment && !data.knowledge) return nothing;
    const kind = data.announcement ? 'announcement' : this.state && this.state !== 'sent' ? 'unsent' : '';
    return html`<div class="said ${kind}">
      ${data.announcement ? html`<h3>${icons.warning}${t('announcement')}</h3>` : nothing}
      ${data.attachment ? this.#file(data.attachment) : nothing}
      ${text ? html`<div class="text" lang=${this.message.language ?? nothing}>${this.#pieces(text, data)}</div>` : nothing}
      ${data.translation?.machine ? html`<p class="machine">${icons.globe}${t('machine')}</p>` : nothing}
      ${data.knowledge ? this.#source(data.knowledge) : nothing}
      ${this.offered?.length ? html`<span class="sr">${t('suggested')}: ${this.offered.map(({title}) => title).join(', ')}</span>` : nothing}
    </div>`;
  }

  #wordsOf(payload) {
    return NAMES[/^\/switch_language\{"language":\s?"(\w\w)"\}$/.exec(payload ?? '')?.[1]] ?? '';
  }

  #pieces(text, data) {
    if (!data.emergency && (this.message.sender ?? 'citizen') === 'citizen') return text;
    return phonePieces(text, Boolean(data.emergency)).map((piece) =>
      typeof piece === 'string' ? piece : html`<a href="tel:${piece.phone}">${piece.shown}</a>`,
    );
  }

  #file({id, name, type, size_bytes: size}) {
    if (this.message.sender === 'agent') {
      return html`<file-view .language=${this.language} .file=${{id, name, type, size}}></file-view>`;
    }
    const kind = t(`file_${(type ?? '').split('/')[0] || 'image'}`);
    return html`<p class="file">
      ${icons.attach}<span>${kind}${name ? ` ${name}` : ''}${size ? ` · ${fileSize(size, locale())}` : ''}</span>
    </p>`;
  }

  #source({source, reviewed_on: reviewed}) {
    const day = date(reviewed, locale());
    const words = [source && t('source', {source}), day && t('reviewed', {day})].filter(Boolean).join(' · ');
    return words ? html`<p class="source">${words}</p>` : nothing;
  }

  #again(data) {
    const messageId = data.failed?.message_id;
    if (!messageId || this.message.buttons?.length) return nothing;
    return this.#button('again', messageId, 'again');
  }

  #aloud() {
    return html`<button class="button again" @click=${() => this.tell('read-aloud', this.message)}>
      ${icons.speaker}${t('read_aloud')}
    </button>`;
  }

  #button(event, detail, word) {
    return html`<button class="button again" @click=${() => this.tell(event, detail)}>
      ${icons.retry}${t(word)}
    </button>`;
  }

  #meta(sender, data) {
    const time =
      this.message.at && this.timed
        ? html`<time datetime=${this.message.at}>${clock(this.message.at, locale())}</time>`
        : nothing;
    const who = sender === 'agent' ? html`<span aria-hidden="true">${this.#name(sender, data)}</span>` : nothing;
    return html`<div class="meta">${who}${this.#state()}${time}</div>`;
  }

  #state() {
    const id = this.message.message_id;
    if (this.state === 'waiting') return html`<span class="state">${icons.wait}${t('state_waiting')}</span>`;
    if (this.state === 'refused') {
      return html`<span class="state problem">${icons.warning}${t('state_refused')}</span>
        <button class="button" @click=${() => this.tell('take-back', id)}>${t('edit')}</button>`;
    }
    if (this.state === 'unanswered') {
      return html`<span class="state problem">${icons.warning}${t('state_unanswered')}</span>
        <button class="button" @click=${() => this.tell('again', id)}>${t('again')}</button>`;
    }
    return nothing;
  }
}

customElements.define('message-bubble', MessageBubble);
