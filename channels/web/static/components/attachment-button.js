/**
 * Chooses a photo, sound or video and hands it over; says how it went in the composer's line.
 */
import {css, html} from '../vendor/lit.js';
import {base} from '../styles.js';
import {icons} from '../icons.js';
import {t} from '../i18n.js';
import {HotlineElement} from './element.js';

class AttachmentButton extends HotlineElement {
  static properties = {busy: {type: Boolean}, disabled: {type: Boolean}};

  static styles = [
    base,
    css`
      .button {
        width: 3rem;
        height: 3rem;
        padding: 0;
        border-radius: 12px;
        color: var(--primary);
      }
    `,
  ];

  render() {
    return html` <input id="file" type="file" accept="image/*,audio/*,video/*" hidden @change=${this.#chosen} />
      <button
        class="button"
        aria-label=${t('attach')}
        title=${t('attach')}
        ?disabled=${this.busy || this.disabled}
        @click=${() => this.renderRoot.querySelector('#file').click()}
      >
        ${icons.attach}
      </button>`;
  }

  #chosen({target}) {
    const [file] = target.files;
    if (file) this.tell('attach', file);
    target.value = '';
  }
}

customElements.define('attachment-button', AttachmentButton);
