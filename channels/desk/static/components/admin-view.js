/**
 * The administration: modes and the bot's switch, storm notices, canned replies, shifts, accounts.
 */
import {DeskElement, base, css, html, nothing} from '../lib.js';
import {t} from '../i18n.js';
import {PARTS, hashOf} from '../routes.js';
import {may} from '../store.js';
import {look} from '../look.js';
import './agents-admin.js';
import './canned-admin.js';
import './modes-admin.js';
import './notices-admin.js';
import './shifts-admin.js';

class AdminView extends DeskElement {
  static properties = {part: {}};

  static styles = [
    base,
    look,
    css`
      nav ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0.4rem;
        margin-bottom: 1rem;
      }
      nav a[aria-current] {
        background: var(--primary);
        border-color: var(--primary);
        color: var(--primary-ink);
        font-weight: 650;
      }
    `,
  ];

  render() {
    const parts = PARTS.filter(([, role]) => may(this.state, role)).map(([name]) => name);
    const part = parts.includes(this.part) ? this.part : parts[0];
    return html`<div class="view">
      <header><h2>${t('view_admin')}</h2></header>
      <nav aria-label=${t('view_admin')}>
        <ul>
          ${parts.map(
            (name) =>
              html`<li>
                <a class="button small" href=${hashOf({view: 'admin', id: name})} aria-current=${name === part ? 'page' : nothing}
                  >${t(`admin_${name}`)}</a
                >
              </li>`,
          )}
        </ul>
      </nav>
      ${this.#part(part)}
    </div>`;
  }

  #part(part) {
    const {desk, state} = this;
    if (part === 'modes') return html`<modes-admin .desk=${desk} .state=${state}></modes-admin>`;
    if (part === 'notices') return html`<notices-admin .desk=${desk} .state=${state}></notices-admin>`;
    if (part === 'canned') return html`<canned-admin .desk=${desk} .state=${state}></canned-admin>`;
    if (part === 'shifts') return html`<shifts-admin .desk=${desk} .state=${state}></shifts-admin>`;
    if (part === 'agents') return html`<agents-admin .desk=${desk} .state=${state}></agents-admin>`;
    return nothing;
  }
}

customElements.define('admin-view', AdminView);
