/**
 * How far the form in hand is and what is asked now, and who is talking when it is not the assistant.
 */
import {css, html, nothing} from '../vendor/lit.js';
import {base} from '../styles.js';
import {icons} from '../icons.js';
import {t} from '../i18n.js';
import {HotlineElement} from './element.js';

const CANCEL_PAUSE_MS = 3_000;

class FormProgress extends HotlineElement {
  static properties = {form: {attribute: false}, owner: {}, place: {attribute: false}, agent: {}, cancelling: {state: true}};

  static styles = [
    base,
    css`
      .line {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        align-items: center;
        gap: 0 0.9rem;
        padding: 0.15rem 1rem 0.5rem;
        background: var(--surface);
        border-bottom: 1px solid var(--line);
        font-size: max(var(--least), 0.95rem);
      }
      .what {
        line-height: 1.35;
      }
      strong {
        font-weight: 650;
      }
      progress {
        grid-column: 1 / -1;
        width: 100%;
        height: 0.4rem;
        accent-color: var(--primary);
        appearance: none;
        border: 0;
        border-radius: 9px;
        overflow: hidden;
        background: var(--surface-2);
      }
      progress::-webkit-progress-bar {
        background: var(--surface-2);
      }
      progress::-webkit-progress-value {
        background: var(--primary);
        border-radius: 9px;
      }
      progress::-moz-progress-bar {
        background: var(--primary);
        border-radius: 9px;
      }
      .button {
        border: 0;
        background: none;
        color: var(--primary);
        text-decoration: underline;
        text-underline-offset: 0.2em;
        padding: 0.4rem;
      }
      .who {
        display: flex;
        align-items: center;
        padding-block: 0.4rem;
        gap: 0.5rem;
        color: var(--primary-soft-ink);
        background: var(--primary-soft);
        min-height: 2.75rem;
      }
      .who span {
        flex: 1;
        min-width: 0;
        overflow-wrap: anywhere;
      }
      .who .button {
        flex: none;
        color: inherit;
      }
    `,
  ];

  render() {
    return html`${this.owner === 'bot' || !this.owner ? nothing : this.#owner()}${this.form ? this.#form() : nothing}`;
  }

  #owner() {
    return html`<div class="line who">
      ${this.owner === 'agent' ? icons.person : icons.wait}<span role="status">${this.#words()}</span>
      ${
        this.owner === 'queue'
          ? html`<button class="button" ?disabled=${this.cancelling} @click=${this.#cancel}>${t('cancel_waiting')}</button>`
          : nothing
      }
    </div>`;
  }

  #words() {
    if (this.owner === 'agent') return this.agent ? t('owner_agent_named', {agent: this.agent}) : t('owner_agent');
    const {queue_position: position, wait_seconds: seconds} = this.place ?? {};
    return [
      t('owner_queue'),
      position ? t('queue_position', {position}) : '',
      seconds ? t('queue_wait', {minutes: Math.max(1, Math.round(seconds / 60))}) : '',
    ]
      .filter(Boolean)
      .join(' ');
  }

  #cancel() {
    this.cancelling = true;
    setTimeout(() => (this.cancelling = false), CANCEL_PAUSE_MS);
    this.tell('cancel-waiting');
  }

  #form() {
    const {slot, step, total} = this.form;
    const label = t('form_step', {step, total});
    return html`<section class="line" aria-label=${t('form_label')}>
      <p class="what">${label} ${slot ? html`<strong>${t(`slot_${slot}`)}</strong>` : nothing}</p>
      <button class="button" @click=${() => this.tell('press', {title: t('form_stop'), payload: '/cancel'})}>
        ${t('form_stop')}
      </button>
      <progress max=${total} .value=${step} aria-label=${label}></progress>
    </section>`;
  }
}

customElements.define('form-progress', FormProgress);
