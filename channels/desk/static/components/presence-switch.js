/**
 * Whether I take conversations: there, away for a moment, off. A shape, a word and a colour say it.
 */
import {DeskElement, base, css, html, icons} from '../lib.js';
import {t} from '../i18n.js';

const STATES = ['available', 'away', 'off'];

class PresenceSwitch extends DeskElement {
  static styles = [
    base,
    css`
      label {
        position: relative;
        display: flex;
        align-items: center;
      }
      .shape {
        position: absolute;
        inset-inline-start: 0.55rem;
        pointer-events: none;
      }
      .shape svg {
        width: 1.1rem;
        height: 1.1rem;
      }
      .available {
        color: var(--calm);
        --tick: var(--surface);
      }
      .away {
        color: var(--soon);
      }
      .off {
        color: var(--muted);
      }
      select {
        min-height: 2.4rem;
        max-width: 9rem;
        padding: 0.1rem 0.4rem 0.1rem 2rem;
        border: 1px solid var(--line);
        border-radius: 8px;
        background: var(--surface);
        color: var(--ink);
        font: inherit;
        font-size: 0.94rem;
      }
      @media (max-width: 30rem) {
        select {
          max-width: 6.9rem;
        }
      }
      select:focus-visible {
        outline-color: #ffd28a;
        outline-offset: 2px;
      }
    `,
  ];

  render() {
    const {presence = 'off'} = this.state.me;
    return html`<label>
      <span class="sr">${t('presence')}</span>
      <span class="shape ${presence}">${icons[presence]}</span>
      <select @change=${({target}) => this.desk.setPresence(target.value)}>
        ${STATES.map((one) => html`<option value=${one} .selected=${one === presence}>${t(`presence_${one}`)}</option>`)}
      </select>
    </label>`;
  }
}

customElements.define('presence-switch', PresenceSwitch);
