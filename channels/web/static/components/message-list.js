/**
 * The conversation from top to bottom, a live region, with what waits to be sent at its end.
 *
 * It scrolls down by itself only for who is at the end already, or has just said something.
 */
import {css, html, nothing, repeat} from '../vendor/lit.js';
import {base} from '../styles.js';
import {icons} from '../icons.js';
import {locale, t} from '../i18n.js';
import {day} from '../format.js';
import {agentName, formProgress, quickReplies} from '../store.js';
import {HotlineElement} from './element.js';
import './message-bubble.js';
import './quick-replies.js';

const NEAR_END_PX = 120;
/** So many messages at once are history: a screen reader is not made to read them all out. */
const HISTORY_LENGTH = 4;
const TOP_GAP_PX = 5;

/** Whether both were said in the same minute. */
const sameMinute = (one, other) => one?.at?.slice(0, 16) === other?.at?.slice(0, 16);

class MessageList extends HotlineElement {
  static properties = {
    state: {attribute: false},
    readable: {type: Boolean},
    away: {state: true},
    quiet: {state: true},
  };

  static styles = [
    base,
    css`
      :host {
        position: relative;
      }
      section {
        position: relative;
        height: 100%;
        overflow-y: auto;
        overscroll-behavior: contain;
        padding: 0.75rem 1rem 0.25rem;
      }
      section:focus-visible {
        outline-offset: -3px;
      }
      .inner {
        max-width: 48rem;
        margin-inline: auto;
      }
      .day {
        display: flex;
        align-items: center;
        gap: 0.8rem;
        margin-block: 0.6rem;
        color: var(--muted);
        font-size: max(var(--least), 0.88rem);
      }
      .day::before,
      .day::after {
        content: '';
        flex: 1;
        height: 1px;
        background: var(--line);
      }
      .typing {
        display: flex;
        align-items: center;
        gap: 0.4rem;
        padding: 0.4rem 0 0.6rem 2.8rem;
        color: var(--muted);
      }
      .dots {
        display: inline-flex;
        gap: 0.25rem;
      }
      .dots i {
        width: 0.5rem;
        height: 0.5rem;
        border-radius: 50%;
        background: var(--primary);
        animation: beat 1.2s infinite ease-in-out;
      }
      .dots i:nth-child(2) {
        animation-delay: 0.15s;
      }
      .dots i:nth-child(3) {
        animation-delay: 0.3s;
      }
      @keyframes beat {
        0%,
        60%,
        100% {
          opacity: 0.25;
        }
        30% {
          opacity: 1;
        }
      }
      .down {
        position: absolute;
        inset: auto 1rem 0.75rem auto;
        max-width: calc(100% - 2rem);
        box-shadow: var(--shadow);
      }
      .empty {
        padding: 2rem 0;
        text-align: center;
        color: var(--muted);
      }
      @media (prefers-reduced-motion: reduce) {
        .dots i {
          animation: none;
          opacity: 0.7;
        }
      }
      @media (max-height: 30rem) {
        section {
          overflow: visible;
        }
        .down {
          display: none;
        }
      }
    `,
  ];

  #atEnd = true;
  #seen = 0;
  #top = 0;

  firstUpdated() {
    new ResizeObserver(() => this.#atEnd && this.toEnd()).observe(this.renderRoot.querySelector('.inner'));
    new ResizeObserver(() => this.#atEnd && this.toEnd()).observe(this);
  }

  willUpdate(changed) {
    const arrived = this.state.messages.length - (changed.get('state')?.messages.length ?? 0);
    if (!changed.has('state') || arrived < HISTORY_LENGTH) return;
    this.quiet = true;
    setTimeout(() => (this.quiet = false), 1_000);
  }

  render() {
    const {messages, unsent, typing, phase} = this.state;
    const replies = quickReplies(this.state);
    const stored = new Set(messages.map((message) => message.message_id).filter(Boolean));
    const waiting = unsent.filter((entry) => !stored.has(entry.message_id));
    return html` <section tabindex="0" aria-label=${t('conversation')} @scroll=${this.#scrolled}>
        <div class="inner">
          <div
            role="log"
            aria-live=${this.quiet ? 'off' : 'polite'}
            aria-relevant="additions"
            aria-busy=${phase !== 'open'}
            aria-label=${t('conversation')}
          >
            <ol>
              ${repeat(
                messages,
                (message) => message.message_id ?? message.seq,
                (message, index) => this.#item(message, messages[index - 1], messages[index + 1], replies),
              )}
              ${repeat(
                waiting,
                (entry) => entry.message_id,
                (entry) =>
                  html`<li>
                    <message-bubble
                      .language=${this.language}
                      .message=${entry}
                      .state=${entry.problem ? 'refused' : entry.sent ? 'sent' : 'waiting'}
                    ></message-bubble>
                  </li>`,
              )}
            </ol>
          </div>
          ${messages.length || unsent.length ? nothing : html`<p class="empty">${t(phase === 'open' ? 'empty' : phase === 'failed' ? 'opening_failed' : 'opening')}</p>`}
          ${
            typing
              ? html`<p class="typing">
                  <span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>${this.#typing(typing)}
                </p>`
              : nothing
          }
          <quick-replies
            .language=${this.language}
            .buttons=${replies}
            ?place=${formProgress(this.state)?.slot === 'location' && !unsent.length}
          ></quick-replies>
        </div>
      </section>
      ${this.away ? html`<button class="button main down" @click=${() => this.toEnd({fromTop: false})}>${icons.down}${t('newest')}</button>` : nothing}`;
  }

  updated(changed) {
    if (!changed.has('state')) return;
    const before = changed.get('state');
    const said = this.state.unsent.length > (before?.unsent.length ?? 0);
    const count = this.state.messages.length + this.state.unsent.length;
    if (said || this.#atEnd) this.toEnd();
    else if (count > this.#seen) this.away = true;
    this.#seen = count;
  }

  /** Shows the newest message, a tall one from its top; what is still growing under it is followed. */
  toEnd({fromTop = true} = {}) {
    this.#atEnd = true;
    const section = this.renderRoot.querySelector('section');
    const newest = this.renderRoot.querySelector('ol > li:last-child');
    const end = section.scrollHeight - section.clientHeight;
    const top = fromTop && newest ? newest.offsetTop - TOP_GAP_PX : end;
    section.scrollTop = Math.min(end, top);
    this.away = end - top > NEAR_END_PX && quickReplies(this.state).length > 0;
    if (getComputedStyle(section).overflowY === 'visible')
      document.scrollingElement.scrollTop = document.scrollingElement.scrollHeight;
  }

  /** Only a scroll upwards leaves the end: content that grew is no wish of the reader. */
  #scrolled({target}) {
    const near = target.scrollHeight - target.scrollTop - target.clientHeight < NEAR_END_PX;
    if (near || target.scrollTop < this.#top) this.#atEnd = near;
    if (near) this.away = false;
    this.#top = target.scrollTop;
  }

  #typing(who) {
    const agent = who === 'agent' && agentName(this.state);
    return agent ? t('typing_agent', {agent}) : t('typing');
  }

  focusList() {
    this.renderRoot.querySelector('section').focus({preventScroll: true});
  }

  #item(message, previous, next, replies) {
    const today = new Date(message.at).toDateString();
    const newDay = !previous || new Date(previous.at).toDateString() !== today;
    const offered = replies.length && message.buttons === replies ? replies : null;
    const state = this.state.unanswered.includes(message.message_id) ? 'unanswered' : 'sent';
    return html` ${newDay ? html`<li class="day"><time datetime=${message.at}>${day(message.at, locale())}</time></li>` : nothing}
      <li>
        <message-bubble
          .language=${this.language}
          .message=${message}
          .offered=${offered}
          ?timed=${!sameMinute(message, next)}
          ?readable=${this.readable && message.sender !== 'citizen'}
          .state=${message.sender === 'citizen' ? state : null}
        ></message-bubble>
      </li>`;
  }
}

customElements.define('message-list', MessageList);
