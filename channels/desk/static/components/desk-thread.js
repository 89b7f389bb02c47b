/**
 * What was said, with private notes between, oldest first; a live region.
 *
 * It scrolls down by itself only for who is at the end already, or has just written.
 */
import {DeskElement, base, css, html, icons, nothing, repeat} from '../lib.js';
import {language, locale, t} from '../i18n.js';
import {timeline} from '../store.js';
import {day} from '../../../static/format.js';
import {look} from '../look.js';
import './desk-message.js';
import './desk-note.js';

const NEAR_END_PX = 100;
const TRANSLATED = 40;

class DeskThread extends DeskElement {
  static properties = {conversationId: {}, away: {state: true}, now: {state: true}};

  static styles = [
    base,
    look,
    css`
      :host {
        position: relative;
      }
      section {
        height: 100%;
        overflow-y: auto;
        overscroll-behavior: contain;
        padding: 0.6rem 0.9rem;
      }
      section:focus-visible {
        outline-offset: -3px;
      }
      .day {
        display: flex;
        align-items: center;
        gap: 0.8rem;
        margin-block: 0.5rem;
        color: var(--muted);
        font-size: 0.84rem;
      }
      .day::before,
      .day::after {
        content: '';
        flex: 1;
        height: 1px;
        background: var(--line);
      }
      .typing {
        padding: 0.3rem 0;
        color: var(--muted);
        font-size: 0.9rem;
      }
      .down {
        position: absolute;
        inset: auto 1rem 0.6rem auto;
        box-shadow: var(--shadow);
      }
    `,
  ];

  #atEnd = true;
  #count = 0;
  #timer = null;

  firstUpdated() {
    new ResizeObserver(() => this.#atEnd && this.toEnd()).observe(this.$('.inner'));
    new ResizeObserver(() => this.#atEnd && this.toEnd()).observe(this);
  }

  willUpdate(changed) {
    if (changed.has('conversationId')) {
      this.#atEnd = true;
      this.#count = 0;
      this.away = false;
    }
  }

  render() {
    const id = this.conversationId;
    const thread = this.state.threads[id];
    const items = timeline(thread, this.state.unsent[id]);
    return html`<section tabindex="0" aria-label=${t('thread')} @scroll=${this.#scrolled}>
        <div class="inner">
          <div role="log" aria-label=${t('thread')}>
            <ol>
              ${repeat(
                items,
                (item) => item.key,
                (item, index) => this.#item(item, items[index - 1]),
              )}
            </ol>
          </div>
          <p class="typing" role="status">${this.#typing() ? t('citizen_typing') : ''}</p>
        </div>
      </section>
      ${this.away ? html`<button class="button small main down" @click=${() => this.toEnd()}>${icons.down}${t('newest')}</button>` : nothing}`;
  }

  #typing() {
    const left = (this.state.typing[this.conversationId] ?? 0) - Date.now();
    clearTimeout(this.#timer);
    if (left > 0) this.#timer = setTimeout(() => this.requestUpdate(), left);
    return left > 0;
  }

  #item(item, previous) {
    const today = new Date(item.at).toDateString();
    const fresh = !previous || new Date(previous.at).toDateString() !== today;
    return html`${fresh ? html`<li class="day"><time datetime=${item.at}>${day(item.at, locale())}</time></li>` : nothing}
      <li>${item.kind === 'note' ? this.#note(item.note) : this.#message(item)}</li>`;
  }

  #note(note) {
    return html`<desk-note .desk=${this.desk} .state=${this.state} .note=${note}></desk-note>`;
  }

  #message({message, entry}) {
    const id = this.conversationId;
    const key = `${id}:${message?.seq}:${language()}`;
    return html`<desk-message
      .desk=${this.desk}
      .state=${this.state}
      .conversationId=${id}
      .message=${message}
      .entry=${entry}
      .translation=${this.state.translations[key]}
    ></desk-message>`;
  }

  updated() {
    const id = this.conversationId;
    const thread = this.state.threads[id];
    const count = thread.messages.length + thread.notes.length + (this.state.unsent[id]?.length ?? 0);
    if (this.#atEnd) this.toEnd();
    else if (count > this.#count) this.away = true;
    this.#count = count;
    const last = thread.messages.at(-1)?.seq;
    if (last && this.#atEnd && document.visibilityState === 'visible') queueMicrotask(() => this.desk.talk.see(id, last));
    if (this.state.settings.translator) queueMicrotask(() => this.#translate(id, thread));
  }

  #translate(id, {messages}) {
    for (const {seq, sender, language: spoken, text} of messages.slice(-TRANSLATED)) {
      if (sender !== 'agent' && text && spoken && spoken !== language()) this.desk.talk.translate(id, seq);
    }
  }

  toEnd() {
    this.#atEnd = true;
    this.away = false;
    const section = this.$('section');
    if (section) section.scrollTop = section.scrollHeight;
  }

  #scrolled({target}) {
    const near = target.scrollHeight - target.scrollTop - target.clientHeight < NEAR_END_PX;
    this.#atEnd = near;
    if (near) this.away = false;
  }
}

customElements.define('desk-thread', DeskThread);
