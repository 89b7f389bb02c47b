/**
 * What every dialog of the desk does: opens over the page, sends its form, says what was refused, gives the focus back.
 *
 * A dialog sets `title` and `content` and does its work in `act`; it stays open while that fails.
 */
import {DeskElement, base, css, dialog, html, icons, nothing} from '../lib.js';
import {DeskError} from '../api.js';
import {t} from '../i18n.js';
import {look} from '../look.js';
import {problemWords} from '../problems.js';

export const dialogStyles = [
  base,
  dialog,
  look,
  css`
    dialog {
      width: min(32rem, calc(100vw - 1.5rem));
    }
    dialog.wide {
      width: min(46rem, calc(100vw - 1.5rem));
    }
    .top {
      display: flex;
      align-items: flex-start;
      justify-content: space-between;
      gap: 1rem;
      margin-bottom: 0.3rem;
    }
    .shut {
      margin: -0.5rem -0.6rem 0 0;
    }
    .actions {
      justify-content: flex-end;
    }
  `,
];

export class DeskDialog extends DeskElement {
  static properties = {request: {attribute: false}, busy: {state: true}, problem: {state: true}};
  static styles = dialogStyles;

  #asked = null;

  /** Opens when it is asked for; also again, when it is asked for while it is still closing. */
  updated() {
    const {dialog: asked} = this.state;
    if (!asked || asked === this.#asked) return;
    this.#asked = asked;
    if (!this.$('dialog').open) this.$('dialog').showModal();
    [...this.$('.content').querySelectorAll('input, select, textarea, button')].find((one) => one.offsetParent)?.focus();
  }

  /** @param parts `{title, content, submit, danger, wide}`; without `submit` there is only a way out */
  frame({title, content, submit, danger = false, wide = false}) {
    return html`<dialog class=${wide ? 'wide' : ''} aria-labelledby="title" @close=${this.#closed}>
      <form novalidate @submit=${this.#submit}>
        <div class="top">
          <h2 id="title">${title}</h2>
          <button class="button plain shut" type="button" aria-label=${t('close_window')} @click=${() => this.end()}>
            ${icons.close}
          </button>
        </div>
        <div class="content">${content}</div>
        <div role="alert">${this.problem ? html`<p class="problem field">${this.problem}</p>` : nothing}</div>
        <div class="actions">
          <button class="button" type="button" @click=${() => this.end()}>${t(submit ? 'cancel' : 'close_window')}</button>
          ${
            submit
              ? html`<button class="button main ${danger ? 'danger' : ''}" type="submit" ?disabled=${this.busy}>
                  ${submit}
                </button>`
              : nothing
          }
        </div>
      </form>
    </dialog>`;
  }

  end() {
    this.$('dialog').close();
  }

  /** Shows a sentence and puts the cursor where it belongs; gives false, so that `act` can end with it. */
  wrong(sentence, selector) {
    this.problem = sentence;
    this.$(selector)?.focus();
    return false;
  }

  #closed() {
    this.desk.endAsking(this.#asked);
  }

  async #submit(event) {
    event.preventDefault();
    if (this.busy) return;
    this.problem = null;
    this.busy = true;
    try {
      if ((await this.act(Object.fromEntries(new FormData(event.target)))) !== false) this.end();
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      this.problem = problemWords(error);
    } finally {
      this.busy = false;
    }
  }
}
