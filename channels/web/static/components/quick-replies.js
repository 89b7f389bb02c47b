/**
 * The answers that are offered as buttons. Pressing one sends its payload; its title is what was said.
 * Where a place is asked for, it can also be shown.
 */
import {css, html, nothing} from '../vendor/lit.js';
import {base} from '../styles.js';
import {icons} from '../icons.js';
import {t} from '../i18n.js';
import {HotlineElement} from './element.js';

class QuickReplies extends HotlineElement {
  static properties = {buttons: {attribute: false}, place: {type: Boolean}};

  static styles = [
    base,
    css`
      div {
        display: flex;
        flex-wrap: wrap;
        gap: 0.55rem;
        padding: 0.35rem 0 0.75rem;
      }
      .button {
        border-color: var(--primary);
        color: var(--primary);
        font-weight: 550;
        max-width: 100%;
      }
      .button:hover {
        color: var(--primary-soft-ink);
      }
    `,
  ];

  render() {
    if (!this.buttons?.length && !this.place) return nothing;
    return html`<div role="group" aria-label=${t('suggested')}>
      ${this.place ? html`<button class="button" @click=${() => this.tell('show-place')}>${icons.pin}${t('place_show')}</button>` : nothing}
      ${(this.buttons ?? []).map((button) => html`<button class="button" @click=${() => this.tell('press', button)}>${button.title}</button>`)}
    </div>`;
  }
}

customElements.define('quick-replies', QuickReplies);
