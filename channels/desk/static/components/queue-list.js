/**
 * Who waits for a person, and who is talking with me: how long, in which language, how urgent, why.
 */
import {DeskElement, base, css, html, icons, nothing, repeat} from '../lib.js';
import {languageName, t} from '../i18n.js';
import {channelIcon} from '../icons.js';
import {hashOf} from '../routes.js';
import {byPlace, byWaiting, unread} from '../store.js';
import {look} from '../look.js';
import './waiting-time.js';

const QUEUE_WARN_SECONDS = 60;
const QUEUE_LATE_SECONDS = 180;

class QueueList extends DeskElement {
  static styles = [
    base,
    look,
    css`
      :host {
        overflow-y: auto;
        overscroll-behavior: contain;
      }
      section {
        padding: 0.6rem 0.6rem 0.4rem;
      }
      section + section {
        border-top: 1px solid var(--line);
      }
      .head {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 0.5rem;
        min-height: 2.1rem;
        padding-inline: 0.35rem;
      }
      h2 {
        font-size: 0.95rem;
      }
      li {
        position: relative;
        margin-top: 0.4rem;
        padding: 0.5rem 0.65rem 0.55rem;
        border: 1.5px solid var(--line);
        border-radius: var(--radius);
        background: var(--paper);
      }
      li.open {
        border-color: var(--primary);
        background: var(--primary-soft);
        color: var(--primary-soft-ink);
      }
      li.emergency {
        border-color: var(--danger);
        border-inline-start-width: 6px;
      }
      li.offered {
        border-style: dashed;
        border-color: var(--primary);
        border-width: 2px;
      }
      .line {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.2rem 0.4rem;
      }
      .line waiting-time {
        margin-inline-start: auto;
      }
      .who {
        color: inherit;
        font-weight: 650;
        text-decoration: none;
        overflow-wrap: anywhere;
      }
      .who::after {
        content: '';
        position: absolute;
        inset: 0;
        border-radius: var(--radius);
      }
      .who:focus-visible {
        outline: none;
      }
      .who:focus-visible::after {
        outline: 3px solid var(--focus);
        outline-offset: 1px;
      }
      .last {
        margin-top: 0.2rem;
        color: var(--muted);
        font-size: 0.88rem;
        line-height: 1.4;
        display: -webkit-box;
        -webkit-line-clamp: 2;
        -webkit-box-orient: vertical;
        overflow: hidden;
        overflow-wrap: anywhere;
      }
      li.open .last {
        color: inherit;
      }
      .channel svg {
        width: 1.05rem;
        height: 1.05rem;
        color: var(--muted);
      }
      li.open .channel svg {
        color: inherit;
      }
      .accept {
        position: relative;
        z-index: 1;
        margin-top: 0.45rem;
        width: 100%;
      }
      .dot {
        width: 0.6rem;
        height: 0.6rem;
        border-radius: 50%;
        background: var(--danger);
      }
      .waitfor {
        display: flex;
        align-items: center;
        gap: 0.35rem;
        margin-top: 0.3rem;
        font-size: 0.86rem;
      }
      .waitfor svg {
        flex: none;
        width: 1.1rem;
        height: 1.1rem;
      }
      li.open .chip {
        background: var(--surface);
        color: var(--ink);
      }
      .empty {
        padding: 0.8rem 0.4rem;
        text-align: start;
        font-size: 0.9rem;
      }
    `,
  ];

  render() {
    const {queue, mine, me} = this.state;
    return html`<section aria-labelledby="mine">
        <div class="head">
          <h2 id="mine">${t('mine', {count: mine.length})}</h2>
          <span class="help">${t('capacity', {capacity: me.capacity ?? '–'})}</span>
        </div>
        ${mine.length ? nothing : html`<p class="empty">${t('mine_none')}</p>`}
        <ul>
          ${repeat(byWaiting(mine), ({id}) => id, (conversation) => this.#mine(conversation))}
        </ul>
      </section>
      <section aria-labelledby="queue">
        <div class="head"><h2 id="queue">${t('queue', {count: queue.length})}</h2></div>
        ${queue.length ? nothing : html`<p class="empty">${t('queue_none')}</p>`}
        <ol>
          ${repeat(byPlace(queue), ({conversation_id: id}) => id, (entry) => this.#entry(entry))}
        </ol>
      </section>`;
  }

  #mine(conversation) {
    const {id, language, channel, priority, caller, unanswered_since: since, last_message: last, warned} = conversation;
    const {silent_warn_seconds: warn = 120, silent_reassign_seconds: late = 240} = this.state.settings;
    const fresh = unread(this.state, conversation) && this.state.route.id !== id;
    return html`<li class=${this.#kind(id, priority)}>
      <div class="line">
        ${fresh ? html`<span class="dot" aria-hidden="true"></span>` : nothing} ${this.#who(id, caller, channel)}
        ${fresh ? html`<span class="sr">${t('unread')}</span>` : nothing}
        ${
          since
            ? html`<waiting-time .since=${since} .warn=${Math.min(60, warn)} .late=${warn} label=${t('waits_for_answer')}></waiting-time>`
            : html`<span class="chip">${icons.check}${t('answered')}</span>`
        }
      </div>
      <div class="line">${this.#language(language)}${this.#priority(priority)}</div>
      ${warned ? html`<p class="waitfor problem">${t('silence_warned', {seconds: late - warn})}</p>` : nothing}
      ${last?.text ? html`<p class="last" lang=${language}>${last.text}</p>` : nothing}
    </li>`;
  }

  #entry(entry) {
    const {conversation_id: id, language, channel, priority, reason, caller, summary, waiting_since: since} = entry;
    const offered = entry.offered_to?.id === this.state.me.id;
    return html`<li class="${this.#kind(id, priority)} ${offered ? 'offered' : ''}">
      <div class="line">
        ${this.#who(id, caller, channel)}
        <waiting-time .since=${since} .warn=${QUEUE_WARN_SECONDS} .late=${QUEUE_LATE_SECONDS}></waiting-time>
      </div>
      <div class="line">
        ${this.#language(language)}${this.#priority(priority)}
        <span class="chip">${t(`reason_${reason}`)}</span>
      </div>
      ${summary ? html`<p class="last" lang=${language}>${summary}</p>` : nothing}
      ${entry.escalated ? html`<p class="waitfor">${icons.flag} ${t('escalated')}</p>` : nothing}
      ${offered ? html`<p class="waitfor">${t('offered_to_you')} <waiting-time .until=${entry.offered_until} .warn=${30}></waiting-time></p>` : nothing}
      ${!offered && entry.offered_to ? html`<p class="waitfor">${t('offered_to', {agent: entry.offered_to.name})}</p>` : nothing}
      ${
        entry.may_accept
          ? html`<button class="button small ${offered || priority === 'emergency' ? 'main' : ''} accept" @click=${() => this.desk.talk.accept(entry)}>
              ${t('accept')}
            </button>`
          : nothing
      }
    </li>`;
  }

  #kind(id, priority) {
    return `${this.state.route.id === id ? 'open' : ''} ${priority}`;
  }

  #who(id, caller, channel) {
    return html`<span class="channel" title=${t(`channel_${channel}`)}>${channelIcon(channel)}</span>
      <a class="who" href=${hashOf({view: 'work', id})} aria-current=${this.state.route.id === id ? 'true' : nothing}
        ><span class="sr">${t(`channel_${channel}`)} </span>${caller?.name || caller?.phone || t('caller_unknown')}</a
      >`;
  }

  #language(language) {
    return html`<span class="chip own">${languageName(language)}</span>`;
  }

  #priority(priority) {
    if (priority === 'emergency') return html`<span class="chip danger">${icons.warning}${t('priority_emergency')}</span>`;
    return priority === 'high' ? html`<span class="chip high">${icons.flag}${t('priority_high')}</span>` : nothing;
  }

  focusFirst() {
    (this.$('a[aria-current]') ?? this.$('a'))?.focus();
  }
}

customElements.define('queue-list', QueueList);
