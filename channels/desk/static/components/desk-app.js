/**
 * The desk's page: login or head, alerts and the view that the address names; keys and dialogs.
 *
 * It holds no logic of conversations; it passes the desk's state down.
 */
import {DeskElement, base, css, html, icons, nothing, wanted} from '../lib.js';
import {cityName, t} from '../i18n.js';
import {singleKeys} from '../memory.js';
import {commandOf} from '../shortcuts.js';
import {byPlace, byWaiting} from '../store.js';
import {look} from '../look.js';
import './alert-bar.js';
import './desk-header.js';
import './login-view.js';
import './shortcuts-dialog.js';
import './work-view.js';
import {CALLBACKS, UNDELIVERED, dialogs} from './dialogs.js';

const LAZY = {
  board: (again) => import(`./board-view.js${again}`),
  callbacks: CALLBACKS,
  tickets: (again) => import(`./tickets-view.js${again}`),
  undelivered: UNDELIVERED,
  admin: (again) => import(`./admin-view.js${again}`),
};
const PRESENCES = ['available', 'away', 'off'];

class DeskApp extends DeskElement {
  static styles = [
    base,
    look,
    css`
      .page {
        display: grid;
        grid-template: auto auto auto minmax(0, 1fr) / minmax(0, 1fr);
        height: 100dvh;
      }
      main {
        min-height: 0;
        min-width: 0;
        overflow: hidden;
      }
      .page main > * {
        height: 100%;
      }
      main:focus-visible {
        outline-offset: -3px;
      }
      .skip {
        position: absolute;
        left: 0.5rem;
        top: -6rem;
        z-index: 10;
      }
      .skip:focus {
        top: 0.5rem;
      }
      .broken {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.3rem 0.75rem;
        padding: 0.4rem 1rem;
        background: var(--warn-soft);
        color: var(--warn-ink);
        border-bottom: 1px solid var(--line);
      }
      .broken p {
        flex: 1 1 12rem;
      }
      .toast {
        position: fixed;
        z-index: 20;
        inset: auto 1rem 1rem auto;
        display: flex;
        align-items: center;
        gap: 0.7rem;
        max-width: min(30rem, calc(100vw - 2rem));
        padding: 0.6rem 0.6rem 0.6rem 1rem;
        border-radius: var(--radius);
        background: var(--ink);
        color: var(--paper);
        box-shadow: 0 8px 32px rgb(0 0 0 / 30%);
      }
      .toast.bad {
        background: var(--danger);
        color: var(--danger-ink);
      }
      .toast .button {
        border-color: transparent;
        background: none;
        color: inherit;
      }
      .starting {
        padding: 4rem 1rem;
        text-align: center;
        color: var(--muted);
      }
    `,
  ];

  /** Shows `desk` and takes up its session. */
  start(desk) {
    this.desk = desk;
    this.state = desk.state;
    desk.store.addEventListener('change', () => (this.state = desk.state));
    addEventListener('keydown', (event) => this.#key(event));
    desk.start();
  }

  render() {
    if (!this.desk) return html`<slot></slot>`;
    const {phase} = this.state;
    if (phase === 'login') return html`<login-view .desk=${this.desk} .state=${this.state}></login-view>`;
    if (phase === 'starting') return html`<main><p class="starting" role="status">${t('starting')}</p></main>`;
    return this.#page();
  }

  #page() {
    const {desk, state} = this;
    return html`<div class="page">
        <button class="button skip" @click=${() => this.$('main').focus()}>${t('skip')}</button>
        <desk-header .desk=${desk} .state=${state}></desk-header>
        <alert-bar .desk=${desk} .state=${state}></alert-bar>
        <div role="status">${state.connection === 'online' ? nothing : this.#broken()}</div>
        <main tabindex="-1">${this.#view()}</main>
      </div>
      <div role="status">${state.toast && !state.toast.bad ? this.#toast() : nothing}</div>
      <div role="alert">${state.toast?.bad ? this.#toast() : nothing}</div>
      ${state.dialog ? dialogs(desk, state) : nothing}`;
  }

  #broken() {
    return html`<div class="broken">
      ${icons.warning}
      <p>${t(this.state.connection === 'offline' ? 'offline' : 'reconnecting')}</p>
      <button class="button small" @click=${() => this.desk.hurry()}>${icons.retry}${t('retry_now')}</button>
    </div>`;
  }

  #toast() {
    const {key, values, bad} = this.state.toast;
    return html`<div class="toast ${bad ? 'bad' : ''}">
      <span>${t(key, values)}</span>
      <button class="button small" aria-label=${t('close_window')} @click=${() => this.desk.endSaying()}>
        ${icons.close}
      </button>
    </div>`;
  }

  #view() {
    const {desk, state} = this;
    const {view, id} = state.route;
    wanted(LAZY[view]);
    if (view === 'board') return html`<board-view .desk=${desk} .state=${state}></board-view>`;
    if (view === 'tickets') return html`<tickets-view .desk=${desk} .state=${state} .number=${id}></tickets-view>`;
    if (view === 'callbacks') return html`<callbacks-view .desk=${desk} .state=${state}></callbacks-view>`;
    if (view === 'undelivered') return html`<undelivered-view .desk=${desk} .state=${state}></undelivered-view>`;
    if (view === 'admin') return html`<admin-view .desk=${desk} .state=${state} .part=${id}></admin-view>`;
    return html`<work-view .desk=${desk} .state=${state}></work-view>`;
  }

  updated() {
    const waiting = this.state?.queue.length ?? 0;
    document.title = `${waiting ? `(${waiting}) ` : ''}${t('name')} · ${cityName()}`;
  }

  get #work() {
    return this.$('work-view');
  }

  get #asking() {
    return [...this.renderRoot.children].some((one) => one.shadowRoot?.querySelector('dialog[open]'));
  }

  #key(event) {
    if (this.state.phase !== 'open') return;
    const [target] = event.composedPath();
    const writing = target.matches?.('input, textarea, select, [contenteditable]');
    const command = commandOf(event, writing, singleKeys());
    if (!command || (this.#asking && command !== 'mute')) return;
    event.preventDefault();
    this.#run(command);
  }

  #run(command) {
    const {desk, state} = this;
    const id = state.route.view === 'work' ? state.route.id : null;
    const orders = {
      accept: () => this.#accept(),
      next: () => this.#step(1),
      previous: () => this.#step(-1),
      presence: () => desk.setPresence(PRESENCES[(PRESENCES.indexOf(state.me.presence) + 1) % PRESENCES.length]),
      acknowledge: () => state.alerts[0] && desk.acknowledge(state.alerts[0].id),
      mute: () => desk.sound.mute(!desk.sound.muted),
      help: () => desk.ask('shortcuts'),
      list: () => this.#work?.focusList(),
      write: () => this.#work?.write('reply'),
      note: () => this.#work?.write('note'),
      ticket: () => this.#work?.showTicket(),
      facts: () => this.#work?.showFacts(),
      transfer: () => id && this.#work?.may('transfer') && desk.ask('transfer', id),
      return: () => id && this.#work?.may('return') && desk.ask('return', id),
      close: () => id && this.#work?.may('close') && desk.ask('close', id),
    };
    orders[command]();
  }

  #accept() {
    const first = byPlace(this.state.queue).find((entry) => entry.may_accept);
    if (first) this.desk.talk.accept(first);
  }

  #step(by) {
    const list = byWaiting(this.state.mine).map(({id}) => id);
    if (!list.length) return;
    const at = list.indexOf(this.state.route.id);
    this.desk.go('work', list[at < 0 ? 0 : (at + by + list.length) % list.length]);
  }
}

customElements.define('desk-app', DeskApp);
