/**
 * What only the desk sees: a private note, a whisper of a supervisor, or what the desk itself did.
 */
import {DeskElement, base, css, html, icons, nothing} from '../lib.js';
import {known, languageName, locale, t} from '../i18n.js';
import {clock} from '../../../static/format.js';

class DeskNote extends DeskElement {
  static properties = {note: {attribute: false}};

  static styles = [
    base,
    css`
      .note {
        margin-block: 0.4rem;
        margin-inline-start: auto;
        max-width: min(40rem, 94%);
        width: fit-content;
        border: 1px solid var(--note-line);
        border-inline-start-width: 4px;
        border-radius: 6px;
        padding: 0.4rem 0.75rem;
        background: var(--note-soft);
        color: var(--note-ink);
      }
      .whisper {
        border-style: dashed;
        border-inline-start-style: solid;
      }
      .meta {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.1rem 0.5rem;
        font-size: 0.82rem;
      }
      .meta svg {
        width: 1.1em;
        height: 1.1em;
      }
      .text {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      .event {
        margin-block: 0.5rem;
        color: var(--muted);
        font-size: 0.84rem;
        text-align: center;
      }
    `,
  ];

  render() {
    const {kind, author, text, at, event} = this.note;
    const time = html`<time datetime=${at}>${clock(at, locale())}</time>`;
    if (event) {
      const words = event.words || text;
      const by = event.by ?? author;
      return html`<p class="event">${this.#event(event)} ${time}</p>${words ? this.#note('note', by, words, time) : nothing}`;
    }
    return this.#note(kind, author, text, time);
  }

  #note(kind, author, text, time) {
    return html`<div class="note ${kind}">
      <p class="meta">
        ${kind === 'whisper' ? icons.whisper : icons.lock}<b>${t(kind === 'whisper' ? 'whisper' : 'note')}</b>
        <span>${author?.name ?? ''}</span>${time}
      </p>
      <p class="text">${text}</p>
    </div>`;
  }

  /** What the desk did, in the reader's language. */
  #event({type, by, agent, to, from, language, number, reason, purpose, seq}) {
    const key = `event_${type}`;
    if (!known(key)) return type;
    const end = reason ? `end_${reason}` : '';
    return t(key, {
      agent: by?.name ?? agent?.name ?? from?.name ?? '',
      to: to?.name ?? '',
      language: language ? languageName(language) : '',
      number: number ?? '',
      reason: known(end) ? t(end) : (reason ?? ''),
      purpose: purpose ?? '',
      seq: seq ?? '',
    });
  }
}

customElements.define('desk-note', DeskNote);
