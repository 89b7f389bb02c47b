/**
 * Asks how the talk with a person was: one to five, and whether the matter is solved. Once sent it says so.
 *
 * It sends nothing itself: it tells `rate`, and waits for what comes of it.
 */
import {css, html, nothing, svg} from '../vendor/lit.js';
import {base} from '../styles.js';
import {icons} from '../icons.js';
import {t} from '../i18n.js';
import {read, write} from '../storage.js';
import {choice, choiceStyles} from './choice.js';
import {HotlineElement} from './element.js';

const KEY = 'hotline.rated.';
const SCORES = [1, 2, 3, 4, 5];

const star = html`<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
  ${svg`<path d="M12 2.800l2.800 6 6.500.7-4.900 4.400 1.400 6.500L12 17l-5.800 3.400 1.400-6.500L2.700 9.500l6.500-.7z" stroke="currentColor" stroke-width="1.700" stroke-linejoin="round"/>`}
</svg>`;

class RatingCard extends HotlineElement {
  /** `asked`: {handoff_id, agent} of the message that asks. */
  static properties = {
    asked: {attribute: false},
    score: {state: true},
    solved: {state: true},
    sent: {state: true},
    busy: {state: true},
    problem: {state: true},
  };

  static styles = [
    base,
    choiceStyles,
    css`
      form,
      .done {
        max-width: 32rem;
        margin-top: 0.6rem;
        padding: 0.85rem 1rem 1rem;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
        box-shadow: var(--shadow);
      }
      .done {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.3rem 0.7rem;
        padding-block: 0.7rem;
      }
      fieldset + fieldset {
        margin-top: 0.7rem;
      }
      .stars {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.1rem 0.2rem;
      }
      .stars label {
        display: grid;
        place-items: center;
        position: relative;
        width: 2.9rem;
        height: 2.9rem;
        border-radius: 10px;
        color: var(--primary);
        cursor: pointer;
      }
      .stars svg {
        width: 2rem;
        height: 2rem;
        fill: none;
      }
      .stars .on svg {
        fill: currentColor;
      }
      .stars label:focus-within {
        outline-offset: -2px;
      }
      .word {
        min-width: 6em;
        margin-inline-start: 0.4rem;
        font-weight: 600;
      }
      .send {
        margin-top: 0.9rem;
      }
      .small svg {
        width: 1.3rem;
        height: 1.3rem;
        fill: none;
        color: var(--primary);
      }
      .small .on svg {
        fill: currentColor;
      }
      .small {
        display: inline-flex;
      }
    `,
  ];

  willUpdate(changed) {
    if (changed.has('asked')) this.sent = read(KEY + this.asked.handoff_id);
  }

  render() {
    return this.sent ? this.#done() : this.#form();
  }

  #done() {
    const {score} = this.sent;
    return html`<div class="done" role="status">
      <span>${t('rating_sent')}</span>
      <span class="small" aria-hidden="true">${SCORES.map((one) => html`<span class=${one <= score ? 'on' : ''}>${star}</span>`)}</span>
      <span>${t(`score_${score}`)}</span>
    </div>`;
  }

  #form() {
    const {agent} = this.asked;
    return html`<form @submit=${this.#submit}>
      <fieldset>
        <legend>${agent ? t('rating_title_named', {agent}) : t('rating_title')}</legend>
        <div class="stars">
          ${SCORES.map(
            (score) =>
              html`<label class=${score <= (this.score ?? 0) ? 'on' : ''}>
                <input
                  type="radio"
                  name="score"
                  value=${score}
                  aria-label=${t('score_label', {score, words: t(`score_${score}`)})}
                  .checked=${this.score === score}
                  @change=${() => Object.assign(this, {score, problem: null})}
                />${star}
              </label>`,
          )}
          <span class="word" aria-hidden="true">${this.score ? t(`score_${this.score}`) : ''}</span>
        </div>
      </fieldset>
      <fieldset>
        <legend>${t('rating_solved')}</legend>
        <div class="choice">${this.#choice('solved_yes', true)} ${this.#choice('solved_no', false)}</div>
      </fieldset>
      <div role="alert">${this.problem ? html`<p class="problem">${t(this.problem)}</p>` : nothing}</div>
      <button class="button main send" type="submit" ?disabled=${this.busy}>${icons.check}${t('rating_send')}</button>
    </form>`;
  }

  #choice(key, value) {
    return choice('solved', t(key), this.solved === value, () => (this.solved = value));
  }

  async #submit(event) {
    event.preventDefault();
    if (!this.score) {
      this.problem = 'rating_choose';
      this.renderRoot.querySelector('input').focus();
      return;
    }
    const {handoff_id: id} = this.asked;
    const rating = {handoff_id: id, score: this.score, solved: this.solved ?? null};
    Object.assign(this, {busy: true, problem: null});
    try {
      await new Promise((resolve, reject) => this.tell('rate', {rating, settle: (sent) => sent.then(resolve, reject)}));
      write(KEY + id, rating);
      this.sent = rating;
    } catch {
      this.problem = 'rating_failed';
    } finally {
      this.busy = false;
    }
  }
}

customElements.define('rating-card', RatingCard);
