/**
 * The canned replies that fit what was typed: what the citizen would read, and what it means.
 */
import {DeskElement, base, css, html, nothing} from '../lib.js';
import {language, t} from '../i18n.js';
import {look} from '../look.js';

class CannedList extends DeskElement {
  static properties = {found: {attribute: false}, at: {type: Number}, spoken: {}};

  static styles = [
    base,
    look,
    css`
      :host {
        position: absolute;
        z-index: 6;
        inset: auto 0.6rem 100% 0.6rem;
        max-height: min(22rem, 55vh);
        overflow-y: auto;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
        color: var(--ink);
        box-shadow: 0 -6px 28px rgb(0 0 0 / 22%);
      }
      li {
        padding: 0.45rem 0.8rem;
        cursor: pointer;
      }
      li + li {
        border-top: 1px solid var(--line);
      }
      li[aria-selected='true'],
      li:hover {
        background: var(--primary-soft);
        color: var(--primary-soft-ink);
      }
      .top {
        display: flex;
        gap: 0.6rem;
        font-size: 0.84rem;
      }
      kbd {
        font: 600 0.84rem var(--font-number);
      }
      .text {
        overflow-wrap: anywhere;
      }
      .meaning {
        font-size: 0.86rem;
        color: var(--muted);
      }
      li[aria-selected='true'] .meaning,
      li:hover .meaning {
        color: inherit;
      }
    `,
  ];

  render() {
    if (!this.found.length) return html`<p class="empty" role="status">${t('canned_nothing')}</p>`;
    return html`<ul role="listbox" aria-label=${t('canned')}>
        ${this.found.map((reply, index) => this.#reply(reply, index))}
      </ul>
      <p class="sr" role="status">${t('canned_found', {count: this.found.length})} ${this.found[this.at]?.texts[language()] ?? ''}</p>`;
  }

  #reply(reply, index) {
    const {shortcut, group, texts} = reply;
    const spoken = texts[this.spoken] || texts.zh;
    return html`<li
      role="option"
      aria-selected=${index === this.at}
      @mousedown=${(event) => event.preventDefault()}
      @click=${() => this.tell('pick', reply)}
    >
      <p class="top"><kbd>/${shortcut}</kbd><span class="muted">${group}</span></p>
      <p class="text" lang=${texts[this.spoken] ? this.spoken : 'zh'}>${spoken}</p>
      ${this.spoken !== language() && texts[language()] ? html`<p class="meaning">${texts[language()]}</p>` : nothing}
    </li>`;
  }

  updated() {
    this.$('[aria-selected="true"]')?.scrollIntoView({block: 'nearest'});
  }
}

customElements.define('canned-list', CannedList);
