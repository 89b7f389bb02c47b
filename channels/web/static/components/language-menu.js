/**
 * The choice of language, each by its own name.
 */
import {css, html, nothing} from '../vendor/lit.js';
import {base} from '../styles.js';
import {icons} from '../icons.js';
import {LANGUAGES, NAMES, t} from '../i18n.js';
import {HotlineElement} from './element.js';
import {toolbar} from './toolbar.js';

class LanguageMenu extends HotlineElement {
  static properties = {open: {type: Boolean, state: true}};

  static styles = [
    base,
    toolbar,
    css`
      :host {
        position: relative;
      }
      ul {
        position: absolute;
        z-index: 5;
        inset-inline-end: 0;
        top: calc(100% + 0.35rem);
        min-width: 11rem;
        padding: 0.4rem;
        background: var(--surface);
        color: var(--ink);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        box-shadow: 0 8px 32px rgb(0 0 0 / 28%);
      }
      li button {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 1rem;
        width: 100%;
        min-height: 2.75rem;
        padding: 0.4rem 0.8rem;
        border: 0;
        border-radius: 9px;
        background: none;
        text-align: start;
        cursor: pointer;
      }
      li button:hover {
        background: var(--primary-soft);
        color: var(--primary-soft-ink);
      }
      li button[aria-current] {
        font-weight: 650;
        color: var(--primary);
      }
    `,
  ];

  constructor() {
    super();
    this.addEventListener('focusout', ({relatedTarget}) => {
      if (this.open && !this.shadowRoot.contains(relatedTarget) && relatedTarget !== this) this.open = false;
    });
    this.addEventListener('keydown', (event) => this.#key(event));
  }

  render() {
    return html` <button
        class="tool"
        id="toggle"
        aria-expanded=${Boolean(this.open)}
        aria-controls="names"
        aria-label="${t('language')}: ${NAMES[this.language]}"
        @click=${() => this.#toggle()}
      >
        ${icons.globe}<span lang=${this.language}>${NAMES[this.language]}</span>
      </button>
      <ul id="names" ?hidden=${!this.open}>
        ${LANGUAGES.map(
          (language) =>
            html`<li>
              <button
                lang=${language}
                aria-current=${language === this.language ? 'true' : nothing}
                @click=${() => this.#choose(language)}
              >
                ${NAMES[language]}${language === this.language ? icons.check : nothing}
              </button>
            </li>`,
        )}
      </ul>`;
  }

  async #toggle() {
    this.open = !this.open;
    await this.updateComplete;
    if (this.open) this.renderRoot.querySelector('[aria-current]')?.focus();
  }

  #choose(language) {
    this.#shut();
    this.tell('choose-language', language);
  }

  #shut() {
    this.open = false;
    this.renderRoot.querySelector('#toggle').focus();
  }

  #key(event) {
    if (!this.open) return;
    if (event.key === 'Escape') {
      event.stopPropagation();
      this.#shut();
      return;
    }
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (!step) return;
    event.preventDefault();
    const names = [...this.renderRoot.querySelectorAll('li button')];
    const at = names.indexOf(this.shadowRoot.activeElement);
    names[(at + step + names.length) % names.length].focus();
  }
}

customElements.define('language-menu', LanguageMenu);
