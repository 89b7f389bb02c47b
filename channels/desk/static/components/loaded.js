/**
 * A list that a view reads from the server: loading, there, or refused with a way to try again.
 *
 * A lit controller; it loads when its view appears and when it is told to.
 */
import {html, icons} from '../lib.js';
import {DeskError} from '../api.js';
import {t} from '../i18n.js';
import {problemWords} from '../problems.js';

export class Loaded {
  value = undefined;
  error = null;
  #get;
  #host;
  #turn = 0;

  /** @param get gives a promise of the value */
  constructor(host, get) {
    this.#host = host;
    this.#get = get;
    host.addController(this);
  }

  hostConnected() {
    queueMicrotask(() => this.load());
  }

  /** Reads the value; an answer that a later reading has overtaken is dropped. */
  async load() {
    const turn = ++this.#turn;
    try {
      const value = await this.#get();
      if (turn !== this.#turn) return;
      this.value = value;
      this.error = null;
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      if (turn !== this.#turn) return;
      this.error = error;
    }
    this.#host.requestUpdate();
  }

  /** What to draw; `draw` gets the value once it is there. */
  render(draw) {
    if (this.value !== undefined && !this.error) return draw(this.value);
    if (!this.error) return html`<p class="empty" role="status">${t('loading')}</p>`;
    return html`<div class="empty" role="alert">
      <p>${problemWords(this.error)}</p>
      <p><button class="button" @click=${() => this.load()}>${icons.retry}${t('again')}</button></p>
    </div>`;
  }
}
