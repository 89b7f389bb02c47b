/**
 * The head of the desk: where one is, where one can go, whether one is there, sound, language, account.
 */
import {DeskElement, base, css, html, icons, nothing, seal} from '../lib.js';
import {t, word} from '../i18n.js';
import {VIEWS, forUnit, hashOf} from '../routes.js';
import {may} from '../store.js';
import './desk-language.js';
import './drop-menu.js';
import './presence-switch.js';

const ICONS = {
  work: icons.headset,
  tickets: icons.ticket,
  callbacks: icons.callback,
  board: icons.board,
  undelivered: icons.undelivered,
  admin: icons.settings,
};

class DeskHeader extends DeskElement {
  static styles = [
    base,
    css`
      header {
        display: flex;
        align-items: center;
        gap: 0.25rem 0.6rem;
        padding: 0.3rem 0.9rem;
        background: var(--head);
        color: var(--head-ink);
      }
      .brand {
        display: flex;
        align-items: center;
        gap: 0.6rem;
        min-width: 0;
        margin-inline-end: 0.5rem;
      }
      .brand svg {
        width: 2.1rem;
        height: 2.1rem;
      }
      h1 {
        font-size: 1.02rem;
        line-height: 1.2;
        font-weight: 650;
      }
      nav {
        flex: 1;
        min-width: 0;
      }
      nav ul {
        display: flex;
        gap: 0.1rem;
        overflow-x: auto;
        scrollbar-width: none;
      }
      a,
      .item {
        display: flex;
        align-items: center;
        gap: 0.45rem;
        min-height: 2.6rem;
        padding: 0.2rem 0.75rem;
        border: 0;
        border-radius: 8px;
        background: none;
        color: inherit;
        text-align: start;
        text-decoration: none;
        cursor: pointer;
      }
      nav a {
        color: var(--head-ink);
        white-space: nowrap;
      }
      nav a:hover {
        background: rgb(255 255 255 / 14%);
      }
      nav a[aria-current] {
        background: rgb(255 255 255 / 18%);
        box-shadow: inset 0 -3px 0 currentColor;
        font-weight: 650;
      }
      nav a:focus-visible {
        outline-color: #ffd28a;
        outline-offset: -2px;
      }
      .count {
        min-width: 1.4em;
        padding: 0 0.35em;
        border-radius: 99px;
        background: var(--head-ink);
        color: var(--head);
        font-size: 0.8rem;
        font-weight: 700;
        text-align: center;
      }
      desk-language {
        --head-ink: inherit;
        color: var(--head-ink);
      }
      .panel-item {
        width: 100%;
      }
      .panel-item:hover {
        background: var(--primary-soft);
        color: var(--primary-soft-ink);
      }
      .panel-item[aria-current] {
        font-weight: 650;
        color: var(--primary);
      }
      .who {
        padding: 0.4rem 0.75rem 0.5rem;
        border-bottom: 1px solid var(--line);
        margin-bottom: 0.3rem;
        line-height: 1.35;
      }
      .who p + p {
        color: var(--muted);
        font-size: 0.88rem;
      }
      .narrow {
        display: none;
      }
      .warn {
        color: var(--head-muted);
      }
      @media (max-width: 96rem) {
        h1 {
          position: absolute;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
      }
      @media (max-width: 84rem) {
        nav a {
          padding-inline: 0.5rem;
        }
        nav a svg {
          display: none;
        }
      }
      @media (max-width: 60rem) {
        header {
          padding-inline: 0.6rem;
        }
        nav {
          display: none;
        }
        .narrow {
          display: block;
        }
        .here {
          flex: 1;
          min-width: 0;
          font-weight: 650;
          overflow: hidden;
          text-overflow: ellipsis;
          white-space: nowrap;
        }
        .name {
          display: none;
        }
      }
    `,
  ];

  render() {
    const {desk, state} = this;
    const {view} = state.route;
    return html`<header>
      <div class="brand">
        ${seal}
        <h1>${t('name')}</h1>
      </div>
      <nav aria-label=${t('views')}>
        <ul>
          ${this.#views().map((name) => html`<li>${this.#link(name, '')}</li>`)}
        </ul>
      </nav>
      <p class="here narrow" aria-hidden="true">${t(`view_${view}`)}</p>
      <presence-switch .desk=${desk} .state=${state}></presence-switch>
      <desk-language .desk=${desk}></desk-language>
      <drop-menu label=${t('account')}>
        <span slot="face">${icons.menu}</span>
        <div class="who">
          <p>${state.me.name}</p>
          <p>${word('role', state.me.role)}${state.me.unit_name ? ` · ${state.me.unit_name}` : ''}</p>
        </div>
        <ul>
          ${this.#views().map((name) => html`<li class="narrow">${this.#link(name, 'panel-item')}</li>`)}
          <li>${this.#sound()}</li>
          <li>${this.#item(icons.keyboard, t('shortcuts'), () => desk.ask('shortcuts'))}</li>
          <li>${this.#item(icons.lock, t('own_account'), () => desk.ask('account'))}</li>
          <li>${this.#item(icons.out, t('logout'), () => desk.logout())}</li>
        </ul>
      </drop-menu>
    </header>`;
  }

  #views() {
    return VIEWS.filter(([name, role]) => may(this.state, role) && forUnit(name, this.state.me)).map(([name]) => name);
  }

  #link(name, kind) {
    const waiting = name === 'work' ? this.state.queue.length : 0;
    return html`<a
      class=${kind}
      data-shut
      href=${hashOf({view: name})}
      aria-current=${this.state.route.view === name ? 'page' : nothing}
      >${ICONS[name]}<span>${t(`view_${name}`)}</span>${
        waiting
          ? html`<span class="count" aria-hidden="true">${waiting}</span><span class="sr">${t('waiting_count', {count: waiting})}</span>`
          : nothing
      }</a
    >`;
  }

  #item(icon, words, order) {
    return html`<button class="item panel-item" data-shut @click=${order}>${icon}<span>${words}</span></button>`;
  }

  #sound() {
    const {sound} = this.desk;
    return html`<button class="item panel-item" aria-pressed=${!sound.muted} @click=${() => sound.mute(!sound.muted)}>
      ${sound.muted ? icons.mute : icons.sound}<span>${t(sound.muted ? 'sound_off' : 'sound_on')}</span>
    </button>`;
  }
}

customElements.define('desk-header', DeskHeader);
