/**
 * A file that a person at the hotline sent: shown when it is asked for, since it is fetched with the token.
 */
import {css, html, nothing} from '../vendor/lit.js';
import {base} from '../styles.js';
import {icons} from '../icons.js';
import {locale, t} from '../i18n.js';
import {fileSize} from '../format.js';
import {HotlineElement} from './element.js';

class FileView extends HotlineElement {
  /** `file`: {id, name, type, size}. */
  static properties = {file: {attribute: false}, url: {state: true}, busy: {state: true}, failed: {state: true}};

  static styles = [
    base,
    css`
      p {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.4rem 0.7rem;
        overflow-wrap: anywhere;
      }
      .name {
        display: inline-flex;
        align-items: center;
        gap: 0.5rem;
      }
      img,
      video {
        display: block;
        max-width: 100%;
        max-height: 20rem;
        margin-top: 0.5rem;
        border-radius: 8px;
      }
      audio {
        display: block;
        width: 18rem;
        max-width: 100%;
        margin-top: 0.5rem;
      }
      .failed {
        color: var(--danger);
        font-weight: 600;
      }
    `,
  ];

  disconnectedCallback() {
    super.disconnectedCallback();
    if (this.url) URL.revokeObjectURL(this.url);
    this.url = null;
  }

  render() {
    const {name, type, size} = this.file;
    const kind = (type ?? '').split('/')[0] || 'image';
    const label = `${t(`file_${kind}`)}${name ? ` ${name}` : ''}`;
    return html`<p>
        <span class="name">${icons.attach}${label}${size ? ` · ${fileSize(size, locale())}` : ''}</span>
        ${this.url ? nothing : html`<button class="button" ?disabled=${this.busy} @click=${this.#show}>${t('file_show')}</button>`}
      </p>
      ${this.failed ? html`<p class="failed" role="alert">${t('file_failed')}</p>` : nothing}
      ${this.url ? this.#media(kind, label) : nothing}`;
  }

  #media(kind, label) {
    if (kind === 'audio') return html`<audio controls src=${this.url} aria-label=${label}></audio>`;
    if (kind === 'video') return html`<video controls src=${this.url} aria-label=${label}></video>`;
    return html`<img src=${this.url} alt=${label} />`;
  }

  async #show() {
    Object.assign(this, {busy: true, failed: false});
    try {
      const {id} = this.file;
      const blob = await new Promise((resolve, reject) =>
        this.tell('fetch-file', {id, settle: (file) => file.then(resolve, reject)}),
      );
      this.url = URL.createObjectURL(blob);
    } catch {
      this.failed = true;
    } finally {
      this.busy = false;
    }
  }
}

customElements.define('file-view', FileView);
