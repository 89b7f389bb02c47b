/**
 * A button that opens a small panel under it; what is in the panel is slotted in.
 *
 * Escape and leaving it close it, arrow keys walk through it. It is a disclosure, not a menu of the ARIA kind: what
 * is inside keeps its own role.
 */
import {DeskElement, base, css, html} from '../lib.js';

class DropMenu extends DeskElement {
  static properties = {open: {type: Boolean, reflect: true}, label: {}};

  static styles = [
    base,
    css`
      :host {
        position: relative;
      }
      button {
        display: inline-flex;
        align-items: center;
        gap: 0.4rem;
        min-height: 2.6rem;
        min-width: 2.6rem;
        padding: 0.2rem 0.6rem;
        border: 0;
        border-radius: 8px;
        background: none;
        color: inherit;
        cursor: pointer;
      }
      button:hover {
        background: rgb(255 255 255 / 14%);
      }
      button:focus-visible {
        outline-color: #ffd28a;
        outline-offset: -2px;
      }
      .panel {
        position: absolute;
        z-index: 8;
        inset-inline-end: 0;
        top: calc(100% + 0.35rem);
        min-width: 14rem;
        max-width: calc(100vw - 1rem);
        padding: 0.4rem;
        background: var(--surface);
        color: var(--ink);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        box-shadow: 0 8px 32px rgb(0 0 0 / 28%);
      }
    `,
  ];

  constructor() {
    super();
    this.addEventListener('focusout', ({relatedTarget}) => {
      if (this.open && relatedTarget && !this.contains(relatedTarget) && !this.shadowRoot.contains(relatedTarget)) this.open = false;
    });
    this.addEventListener('keydown', (event) => this.#key(event));
    this.addEventListener('click', (event) => {
      if (this.open && event.composedPath().some((element) => element.matches?.('[data-shut]'))) this.#shut();
    });
  }

  #outside = (event) => {
    if (!event.composedPath().includes(this)) this.open = false;
  };

  updated(changed) {
    if (!changed.has('open')) return;
    if (this.open) addEventListener('pointerdown', this.#outside);
    else removeEventListener('pointerdown', this.#outside);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('pointerdown', this.#outside);
  }

  render() {
    return html`<button aria-expanded=${Boolean(this.open)} aria-controls="panel" aria-label=${this.label} @click=${() => (this.open = !this.open)}>
        <slot name="face"></slot>
      </button>
      <div class="panel" id="panel" ?hidden=${!this.open}><slot></slot></div>`;
  }

  #shut() {
    this.open = false;
    this.$('button').focus();
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
    const items = [...this.querySelectorAll('a, button')].filter((item) => item.offsetParent);
    const at = items.indexOf(document.activeElement?.getRootNode().activeElement ?? this.getRootNode().activeElement);
    items[(at + step + items.length) % items.length]?.focus();
  }
}

customElements.define('drop-menu', DropMenu);
