/**
 * One message as an agent sees it: who, when, in which language, its translation beside it, its files and cards.
 *
 * Text is always shown as text. A machine's translation is marked as one.
 */
import {DeskElement, base, css, html, icons, nothing} from '../lib.js';
import {language, languageName, locale, t, word} from '../i18n.js';
import {clock, fileSize} from '../../../static/format.js';
import {look} from '../look.js';
import {problemWords} from '../problems.js';

class DeskMessage extends DeskElement {
  static properties = {
    conversationId: {},
    message: {attribute: false},
    entry: {attribute: false},
    translation: {attribute: false},
  };

  static styles = [
    base,
    look,
    css`
      :host {
        container-type: inline-size;
      }
      .row {
        margin-block: 0.35rem;
        display: grid;
        justify-items: start;
      }
      .ours {
        justify-items: end;
      }
      .meta {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.1rem 0.5rem;
        color: var(--muted);
        font-size: 0.82rem;
      }
      .meta svg {
        width: 1.05em;
        height: 1.05em;
      }
      .meta b {
        font-weight: 600;
      }
      .said {
        max-width: min(46rem, 94%);
        border: 1px solid var(--line);
        border-radius: 4px var(--radius) var(--radius) var(--radius);
        background: var(--surface);
        overflow: clip;
      }
      .ours .said {
        border-radius: var(--radius) 4px var(--radius) var(--radius);
      }
      .bot .said,
      .system .said {
        background: var(--surface-2);
      }
      .agent .said {
        background: var(--said);
        color: var(--said-ink);
        border-color: transparent;
      }
      .pair {
        display: grid;
      }
      .text {
        padding: 0.45rem 0.75rem;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      .other {
        padding: 0.4rem 0.75rem 0.45rem;
        border-top: 1px dashed var(--field);
      }
      .other .text {
        padding: 0;
      }
      .mark {
        display: flex;
        align-items: center;
        gap: 0.3em;
        font-size: 0.8rem;
        color: var(--muted);
      }
      .agent .mark {
        color: inherit;
      }
      .mark svg {
        width: 1.1em;
        height: 1.1em;
      }
      .unsent .said {
        background: var(--surface-2);
        color: var(--ink);
        border: 1.5px dashed var(--field);
      }
      .unsent.note .said {
        background: var(--note-soft);
        color: var(--note-ink);
      }
      .state {
        display: inline-flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.3em;
      }
      img,
      video {
        display: block;
        max-width: min(18rem, 100%);
        max-height: 14rem;
        border-radius: 6px;
      }
      audio {
        display: block;
        width: 16rem;
        max-width: 100%;
      }
      .file {
        padding: 0.5rem 0.6rem;
      }
      .file a {
        display: inline-block;
        overflow-wrap: anywhere;
      }
      .agent .file a {
        color: inherit;
      }
      .card {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.2rem 0.6rem;
        padding: 0.35rem 0.75rem 0.45rem;
        border: 0;
        border-top: 1px solid var(--line);
        border-radius: 0;
        background: none;
        font-size: 0.9rem;
      }
      .card svg {
        width: 1.2em;
        height: 1.2em;
      }
      .card b {
        font-family: var(--font-number);
      }
      .danger {
        color: var(--danger);
        font-weight: 650;
      }
      .offered {
        padding: 0 0.75rem 0.45rem;
        font-size: 0.84rem;
        color: var(--muted);
        overflow-wrap: anywhere;
      }
      @container (min-width: 36rem) {
        .pair.both {
          grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        }
        .pair.both .other {
          border-top: 0;
          border-inline-start: 1px dashed var(--field);
        }
      }
    `,
  ];

  render() {
    if (this.entry) return this.#unsent();
    const {sender, text, data = {}, language: spoken, at} = this.message;
    const ours = sender !== 'citizen';
    return html`<div class="row ${sender} ${ours ? 'ours' : ''}">
      <p class="meta">
        <b>${this.#name(sender, data)}</b>
        ${spoken && spoken !== language() && text ? html`<span>${languageName(spoken)}</span>` : nothing}
        <time datetime=${at}>${clock(at, locale())}</time>
      </p>
      <div class="said">
        ${data.attachment ? this.#file(data.attachment) : nothing}
        ${text ? this.#pair(text, spoken, data) : nothing}
        ${this.#offered()} ${this.#cards(data)}
      </div>
    </div>`;
  }

  #name(sender, data) {
    if (sender === 'agent') {
      const {id, name} = data.agent ?? {};
      return id && id === this.state.me.id ? t('sender_me') : (name ?? word('sender', 'agent'));
    }
    return t(`sender_${sender}`);
  }

  /** The text, and beside it what it means in the other language. */
  #pair(text, spoken, data) {
    const own = data.translation;
    const other = own ? own.original : this.translation?.text;
    const pending = this.translation?.busy || this.translation?.failed;
    const off = this.translation?.off;
    return html`<div class="pair ${other ? 'both' : ''}">
      <div>
        <p class="text" lang=${spoken ?? nothing}>${text}</p>
        ${own?.machine ? html`<p class="mark text">${icons.translate}${t('machine_sent')}</p>` : nothing}
      </div>
      ${other ? this.#other(other, own) : pending && !off ? this.#pending() : nothing}
    </div>`;
  }

  #other(other, own) {
    return html`<div class="other">
      <p class="mark">${icons.translate}${t(own ? 'original' : 'machine')}</p>
      <p class="text" lang=${own ? nothing : language()}>${other}</p>
    </div>`;
  }

  #pending() {
    return html`<p class="other mark">${icons.translate}${t(this.translation.busy ? 'translating' : 'translation_failed')}</p>`;
  }

  #offered() {
    const titles = (this.message.buttons ?? []).map(({title}) => title);
    return titles.length ? html`<p class="offered">${t('offered_buttons', {titles: titles.join(t('comma'))})}</p>` : nothing;
  }

  #file({id, name, type = '', size_bytes: size}) {
    const url = this.desk.talk.attachmentUrl(this.conversationId, id);
    const kind = type.split('/')[0];
    const label = `${word('file', kind)}${name ? ` ${name}` : ''}`;
    const media = {
      image: html`<img src=${url} alt=${label} loading="lazy" />`,
      audio: html`<audio controls preload="none" src=${url} aria-label=${label}></audio>`,
      video: html`<video controls preload="none" src=${url} aria-label=${label}></video>`,
    };
    return html`<div class="file">
      ${kind === 'image' ? nothing : media[kind]}
      <a href=${url} target="_blank" rel="noopener">${kind === 'image' ? media.image : nothing}${label}${size ? ` · ${fileSize(size, locale())}` : ''}</a>
    </div>`;
  }

  #cards({ticket, emergency, knowledge}) {
    return html`${ticket?.number ? html`<p class="card">${icons.ticket}${t('ticket')} <b>${ticket.number}</b> ${ticket.status ? word('status', ticket.status) : ''}</p>` : nothing}
    ${emergency ? html`<p class="card danger">${icons.warning}${t('alert_told', {numbers: (emergency.numbers ?? []).join(t('comma'))})}</p>` : nothing}
    ${knowledge?.source ? html`<p class="card">${t('source', {source: knowledge.source})}</p>` : nothing}`;
  }

  #unsent() {
    const {text, kind, problem} = this.entry;
    return html`<div class="row ours unsent ${kind}">
      <div class="said"><p class="text">${text}</p></div>
      <p class="meta">${problem ? this.#refused(problem) : html`<span class="state">${icons.wait}${t('state_waiting')}</span>`}</p>
    </div>`;
  }

  #edit() {
    const {text, translation} = this.entry;
    this.desk.talk.takeBack(this.conversationId, this.entry);
    this.tell('take-back', {text, translation});
  }

  #refused(code) {
    const id = this.conversationId;
    return html`<span class="state problem">${icons.warning}${t('state_refused')} ${problemWords({code})}</span>
      <button class="button small" @click=${() => this.#edit()}>${t('edit')}</button>
      <button class="button small" @click=${() => this.desk.talk.again(id, this.entry)}>${icons.retry}${t('again')}</button>`;
  }
}

customElements.define('desk-message', DeskMessage);
