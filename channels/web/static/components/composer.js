/**
 * Where the citizen writes. Enter sends, Shift+Enter breaks the line, and Enter that ends an input method's word
 * does neither.
 *
 * It never throws text away: too long a text stays, and what is not sent survives a reload of the tab.
 */
import {css, html, live, nothing} from '../vendor/lit.js';
import {base} from '../styles.js';
import {icons} from '../icons.js';
import {t} from '../i18n.js';
import {lengthOf} from '../format.js';
import {HotlineElement} from './element.js';
import './attachment-button.js';

const MOST = 4_000;
const SHOW_COUNT_FROM = 3_500;
const DRAFT_KEY = 'hotline.draft';

class HotlineComposer extends HotlineElement {
  static properties = {
    attachable: {type: Boolean},
    api: {attribute: false},
    speech: {type: Boolean},
    text: {state: true},
    file: {attribute: false},
    voiceWord: {state: true},
  };

  static styles = [
    base,
    css`
      form {
        max-width: 50rem;
        margin-inline: auto;
        padding: 0.6rem 1rem calc(0.6rem + env(safe-area-inset-bottom));
      }
      .box {
        display: flex;
        align-items: flex-end;
        gap: 0.5rem;
      }
      textarea {
        flex: 1;
        min-width: 0;
        min-height: 3rem;
        max-height: 11rem;
        padding: 0.6rem 0.9rem;
        resize: none;
        overflow-y: auto;
        border: 1.5px solid var(--field);
        border-radius: 12px;
        background: var(--surface);
        color: var(--ink);
        line-height: 1.45;
        field-sizing: content;
      }
      textarea:focus-visible {
        outline: 3px solid var(--primary);
        outline-offset: -2px;
        border-color: transparent;
      }
      textarea::placeholder {
        color: var(--muted);
        opacity: 1;
      }
      textarea[aria-invalid='true'] {
        border-color: var(--danger);
      }
      .button.main {
        min-height: 3rem;
        border-radius: 12px;
      }
      .below {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0.1rem 1rem;
        margin-top: 0.3rem;
        font-size: max(var(--least), 0.88rem);
        color: var(--muted);
      }
      .count {
        margin-inline-start: auto;
        font-variant-numeric: tabular-nums;
      }
      .bad {
        color: var(--danger);
        font-weight: 600;
      }
      @media (max-width: 26rem) {
        :host(:lang(ru)) .send span {
          position: absolute;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
      }
      @media (max-width: 22.5rem) {
        form {
          padding-inline: 0.6rem;
        }
        .box {
          gap: 0.35rem;
        }
        .send span {
          position: absolute;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
        .button.main {
          padding-inline: 0.75rem;
        }
      }
      @media (max-height: 40rem) {
        .hint {
          display: none;
        }
      }
    `,
  ];

  constructor() {
    super();
    try {
      this.text = sessionStorage.getItem(DRAFT_KEY) ?? '';
    } catch {
      this.text = ''; // forbidden, as in a frame of another site
    }
  }

  render() {
    const length = lengthOf(this.text);
    const tooLong = length > MOST;
    const file = this.file ?? {};
    return html`<form @submit=${this.#submit}>
      <div class="box">
        <attachment-button
          .language=${this.language}
          ?busy=${file.state === 'busy'}
          ?disabled=${!this.attachable}
        ></attachment-button>
        ${
          this.speech && this.attachable
            ? html`<voice-button
                .language=${this.language}
                .api=${this.api}
                @voice-word=${({detail}) => (this.voiceWord = detail)}
                @voice-text=${({detail}) => this.#heard(detail)}
              ></voice-button>`
            : nothing
        }
        <label class="sr" for="text">${t('write')}</label>
        <textarea
          id="text"
          rows="1"
          enterkeyhint="send"
          autocomplete="off"
          placeholder=${t('write_here')}
          .value=${live(this.text)}
          aria-invalid=${tooLong}
          aria-describedby="below"
          @input=${this.#typed}
          @keydown=${this.#key}
        ></textarea>
        <button class="button main send" type="submit" aria-disabled=${tooLong}>
          ${icons.send}<span>${t('send')}</span>
        </button>
      </div>
      <div class="below" id="below">
        <span role="status" class=${tooLong || file.state === 'failed' ? 'bad' : ''}
          >${this.#word(tooLong, length, file)}</span
        >
        ${length >= SHOW_COUNT_FROM ? html`<span class="count ${tooLong ? 'bad' : ''}">${t('count', {length, most: MOST})}</span>` : nothing}
      </div>
    </form>`;
  }

  #word(tooLong, length, file) {
    if (tooLong) return t('too_long', {over: length - MOST});
    if (file.state === 'busy') return t('attach_busy', {name: file.name});
    if (file.state === 'failed') return t(file.reason);
    if (this.voiceWord) return t(this.voiceWord);
    return html`<span class="hint">${t('privacy_hint')}</span>`;
  }

  updated() {
    const area = this.#area;
    if (CSS.supports('field-sizing', 'content')) return;
    area.rows = Math.min(6, Math.max(1, this.text.split('\n').length));
  }

  get #area() {
    return this.renderRoot.querySelector('textarea');
  }

  focus() {
    this.#area?.focus();
  }

  /** Puts text that could not be sent in front of what is being written. */
  restore(text) {
    this.#keep(this.text.trim() ? `${text}\n${this.text}` : text);
    this.focus();
  }

  /** Goes on with what was written into another box, behind an earlier draft and with the cursor where it was. */
  async takeUp(area) {
    const {value, selectionStart, selectionEnd} = area;
    const focused = area === document.activeElement;
    if (value) this.#append(value, '\n');
    area.value = '';
    area.dispatchEvent(new Event('input')); // who kept the text keeps it no longer
    await this.updateComplete;
    if (!focused) return;
    const before = this.text.length - value.length;
    this.focus();
    this.#area.setSelectionRange(before + selectionStart, before + selectionEnd);
  }

  /** What was said, behind what was written already: to be read and mended before it is sent. */
  #heard(text) {
    this.#append(text, ' ');
    this.focus();
  }

  #append(text, between) {
    this.#keep(this.text.trim() ? `${this.text.trimEnd()}${between}${text}` : text);
  }

  clear() {
    this.#keep('');
  }

  #keep(text) {
    this.text = text;
    try {
      sessionStorage.setItem(DRAFT_KEY, text);
    } catch {
      // the text is still in the field
    }
  }

  #typed({target}) {
    this.#keep(target.value);
    this.tell('typed');
  }

  #key(event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#send();
  }

  #submit(event) {
    event.preventDefault();
    this.#send();
  }

  #send() {
    const text = this.text.trim();
    if (!text || lengthOf(this.text) > MOST) {
      this.focus();
      return;
    }
    this.#keep('');
    this.voiceWord = null;
    this.tell('send', text);
    this.focus();
  }
}

customElements.define('hotline-composer', HotlineComposer);
