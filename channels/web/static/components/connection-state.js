/**
 * The line that says that there is no connection, or that something about the conversation has changed.
 */
import {css, html, nothing} from '../vendor/lit.js';
import {base} from '../styles.js';
import {icons} from '../icons.js';
import {t} from '../i18n.js';
import {HotlineElement} from './element.js';

const GRACE_MS = 1_200;

class ConnectionState extends HotlineElement {
  static properties = {
    connection: {},
    opening: {type: Boolean},
    unsent: {type: Number},
    notice: {},
    proving: {type: Boolean},
    shown: {state: true},
  };

  static styles = [
    base,
    css`
      .line {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.35rem 0.75rem;
        padding: 0.5rem 1rem;
        background: var(--warn-soft);
        color: var(--warn-ink);
        border-bottom: 1px solid var(--line);
      }
      .line p {
        flex: 1 1 12rem;
      }
      .button {
        background: transparent;
        color: inherit;
        border-color: currentColor;
      }
      .calm {
        background: var(--primary-soft);
        color: var(--primary-soft-ink);
      }
    `,
  ];

  #timer = null;

  willUpdate(changed) {
    if (!changed.has('connection') && !changed.has('opening')) return;
    clearTimeout(this.#timer);
    const wanted = this.connection !== 'online' || this.opening ? this.connection : null;
    if (wanted === null || this.shown) this.shown = wanted;
    else this.#timer = setTimeout(() => (this.shown = wanted), GRACE_MS);
  }

  render() {
    return html` <div role="status">${this.shown && this.shown !== 'online' ? this.#broken() : nothing}</div>
      <div role="status">${this.proving ? html`<div class="line calm">${icons.wait}<p>${t('proving')}</p></div>` : nothing}</div>
      <div role="status">${this.notice ? this.#notice() : nothing}</div>`;
  }

  #broken() {
    return html`<div class="line">
      ${icons.warning}
      <p>
        ${t(this.shown === 'offline' ? 'offline' : 'reconnecting')}
        ${this.unsent ? t('kept', {count: this.unsent}) : nothing}
      </p>
      <button class="button" @click=${() => this.tell('hurry')}>${icons.retry}${t('retry_now')}</button>
    </div>`;
  }

  #notice() {
    return html`<div class="line calm">
      <p>${t(this.notice)}</p>
      <button class="button" @click=${() => this.tell('dismiss-notice')}>${icons.close}${t('close')}</button>
    </div>`;
  }
}

customElements.define('connection-state', ConnectionState);
