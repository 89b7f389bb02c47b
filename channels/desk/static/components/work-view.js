/**
 * Where agents work: the queue and my conversations, the conversation, what is known about it.
 *
 * Three columns on wide screens, one with three tabs on narrow ones.
 */
import {DeskElement, base, css, html, icons, nothing} from '../lib.js';
import {t} from '../i18n.js';
import {isMine, unread} from '../store.js';
import {look} from '../look.js';
import './conversation-view.js';
import './facts-panel.js';
import './queue-list.js';

const TABS = [
  ['list', icons.list],
  ['talk', icons.note],
  ['facts', icons.person],
];

/** How long a pressed key waits for its conversation, in ms. */
const PATIENCE = 5000;

class WorkView extends DeskElement {
  static properties = {tab: {state: true}};

  #wish = null;

  static styles = [
    base,
    look,
    css`
      :host {
        height: 100%;
      }
      .work {
        display: grid;
        grid-template: minmax(0, 1fr) / 18.5rem minmax(0, 1fr) 22.5rem;
        height: 100%;
      }
      .tabs {
        display: none;
      }
      .work > * {
        min-height: 0;
        min-width: 0;
      }
      queue-list {
        border-inline-end: 1px solid var(--line);
        background: var(--surface);
      }
      conversation-view {
        background: var(--canvas);
      }
      facts-panel {
        border-inline-start: 1px solid var(--line);
        background: var(--surface);
      }
      .nobody {
        grid-column: 2 / -1;
        display: grid;
        place-content: center;
        justify-items: center;
        gap: 0.6rem;
        padding: 2rem;
        color: var(--muted);
        text-align: center;
      }
      .nobody svg {
        width: 2.6rem;
        height: 2.6rem;
      }
      @media (max-width: 70rem) {
        .work {
          grid-template: auto minmax(0, 1fr) / 18.5rem minmax(0, 1fr);
        }
        .tabs {
          display: flex;
          grid-column: 2;
          border-bottom: 1px solid var(--line);
          background: var(--surface);
        }
        .tabs .list {
          display: none;
        }
        queue-list {
          grid-row: 1 / 3;
          grid-column: 1;
        }
        .work[data-tab='facts'] conversation-view,
        .work[data-tab='facts'] .nobody,
        .work:not([data-tab='facts']) facts-panel {
          display: none;
        }
        facts-panel {
          border: 0;
        }
        .tabs button {
          flex: 1;
          display: flex;
          align-items: center;
          justify-content: center;
          gap: 0.4rem;
          min-height: 2.75rem;
          padding: 0 0.3rem;
          border: 0;
          border-bottom: 3px solid transparent;
          background: none;
          color: var(--muted);
          cursor: pointer;
        }
        .tabs button[aria-pressed='true'] {
          border-color: var(--primary);
          color: var(--primary);
          font-weight: 650;
        }
        .tabs button:focus-visible {
          outline-offset: -3px;
        }
        .tabs svg {
          width: 1.15rem;
          height: 1.15rem;
        }
      }
      @media (max-width: 48rem) {
        .work {
          grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
        }
        .tabs {
          grid-column: 1;
        }
        .tabs .list {
          display: flex;
        }
        queue-list {
          grid-row: auto;
          border: 0;
        }
        .nobody {
          grid-column: 1;
        }
        .work[data-tab='list'] conversation-view,
        .work[data-tab='list'] .nobody,
        .work[data-tab='list'] facts-panel,
        .work:not([data-tab='list']) queue-list {
          display: none;
        }
      }
      .count {
        min-width: 1.4em;
        padding: 0 0.35em;
        border-radius: 99px;
        background: var(--primary);
        color: var(--primary-ink);
        font-size: 0.78rem;
        font-weight: 700;
        text-align: center;
      }
    `,
  ];

  willUpdate(changed) {
    const before = changed.get('state')?.route.id;
    const {id} = this.state.route;
    if (changed.has('state') && id !== before) this.tab = id ? 'talk' : 'list';
  }

  render() {
    const {desk, state} = this;
    const {id} = state.route;
    const thread = id ? state.threads[id] : null;
    return html`<div class="work" data-tab=${this.tab}>
      <div class="tabs" role="group" aria-label=${t('tabs')}>
        ${TABS.map(([name, icon]) => this.#tab(name, icon))}
      </div>
      <queue-list .desk=${desk} .state=${state}></queue-list>
      ${
        thread
          ? html`<conversation-view .desk=${desk} .state=${state} .conversationId=${id}></conversation-view>
              <facts-panel
                .desk=${desk}
                .state=${state}
                .conversationId=${id}
                @insert=${({detail}) => this.#insert(detail)}
              ></facts-panel>`
          : html`<div class="nobody">${icons.headset}<p role=${id ? 'status' : nothing}>${t(id ? 'loading' : 'nobody_open')}</p></div>`
      }
    </div>`;
  }

  #tab(name, icon) {
    const waiting = this.state.queue.length + this.state.mine.filter((one) => unread(this.state, one)).length;
    return html`<button class=${name} aria-pressed=${this.tab === name} @click=${() => (this.tab = name)}>
      ${icon}${t(`tab_${name}`)}${
        name === 'list' && waiting
          ? html`<span class="count" aria-hidden="true">${waiting}</span><span class="sr">${t('waiting_count', {count: waiting})}</span>`
          : nothing
      }
    </button>`;
  }

  /** Whether I may do `act` with the conversation on the screen. */
  may(act) {
    const thread = this.state.threads[this.state.route.id];
    if (!thread || thread.gone) return false;
    const own = thread.conversation.owner === 'agent' && thread.conversation.agent?.id === this.state.me.id;
    return act === 'write' ? isMine(this.state, thread.conversation) : own;
  }

  focusList() {
    this.tab = 'list';
    this.updateComplete.then(() => this.$('queue-list').focusFirst());
  }

  write(mode) {
    this.tab = 'talk';
    return this.#soon((view) => view.write(mode));
  }

  showTicket() {
    return this.#soon((view, facts) => {
      if (!this.may('write')) return false;
      this.tab = 'facts';
      this.updateComplete.then(() => facts.showTicket());
      return true;
    });
  }

  async showFacts() {
    this.tab = 'facts';
    await this.updateComplete;
    this.$('facts-panel')?.showFacts();
  }

  updated() {
    this.#grant();
  }

  /** Does `act` as soon as it can: a key pressed while its conversation is on its way is not lost. */
  #soon(act) {
    this.#wish = {act, id: this.state.route.id, until: Date.now() + PATIENCE};
    return this.#grant();
  }

  async #grant() {
    const wish = this.#wish;
    if (!wish) return;
    await this.updateComplete;
    const view = this.$('conversation-view');
    await view?.updateComplete;
    await view?.composer?.updateComplete;
    if (this.#wish !== wish) return;
    const over = wish.id !== this.state.route.id || Date.now() > wish.until;
    if (over || (view && wish.act(view, this.$('facts-panel')))) this.#wish = null;
  }

  async #insert(text) {
    await this.write('reply');
    this.$('conversation-view').insert(text, true);
  }
}

customElements.define('work-view', WorkView);
