/**
 * Emergencies that nobody has acknowledged yet: what was said, the clock, and who may stop it.
 *
 * They stay until somebody acknowledges them; the sound is the desk's, and the bar says when the browser keeps it off.
 */
import {DeskElement, base, css, html, icons, nothing} from '../lib.js';
import {languageName, t} from '../i18n.js';
import {hashOf} from '../routes.js';
import {look} from '../look.js';
import './waiting-time.js';

const SHOWN = 2;
const SOON_SECONDS = 600;
/** Ids of what is no emergency of a citizen, but cannot wait either: a missed deadline, a notice that reached nobody. */
const ALARM = /^(deadline|outbox):/;

class AlertBar extends DeskElement {
  static properties = {all: {state: true}};

  static styles = [
    base,
    look,
    css`
      section {
        border-bottom: 2px solid var(--danger);
        background: var(--danger-soft);
        color: var(--danger-soft-ink);
      }
      li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        align-items: center;
        gap: 0.3rem 0.8rem;
        padding: 0.45rem 1rem;
      }
      li + li {
        border-top: 1px solid var(--line);
      }
      li > svg {
        width: 1.7rem;
        height: 1.7rem;
        color: var(--danger);
      }
      h2 {
        display: inline;
        font-size: 1rem;
      }
      .text {
        display: -webkit-box;
        -webkit-line-clamp: 2;
        -webkit-box-orient: vertical;
        overflow: hidden;
        overflow-wrap: anywhere;
      }
      .facts {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.15rem 0.7rem;
      }
      .acts {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: 0.4rem;
      }
      .foot {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.2rem 1rem;
        padding: 0 1rem 0.35rem 3.5rem;
        font-size: 0.9rem;
      }
      .foot:empty {
        display: none;
      }
      .foot p {
        display: flex;
        align-items: center;
        gap: 0.4rem;
      }
      .button.plain {
        color: inherit;
        text-decoration: underline;
      }
      @media (max-width: 48rem) {
        li {
          grid-template-columns: auto minmax(0, 1fr);
          padding-inline: 0.7rem;
        }
        .foot {
          padding-inline-start: 0.7rem;
        }
        .acts {
          grid-column: 1 / -1;
        }
        .acts .button {
          flex: 1;
        }
      }
    `,
  ];

  render() {
    const {alerts} = this.state;
    if (!alerts.length) return nothing;
    const shown = this.all ? alerts : alerts.slice(0, SHOWN);
    return html`<section aria-label=${t('alerts')}>
      <div role="alert">
        <ul>
          ${shown.map((alert, index) => this.#alert(alert, index === 0))}
        </ul>
      </div>
      ${this.#foot(alerts)}
    </section>`;
  }

  #alert(alert, first) {
    const {id, conversation_id: conversation, numbers, ticket_number: number} = alert;
    const alarm = ALARM.test(id);
    const language = alarm ? null : alert.language;
    const text = alarm ? [t(`alarm_${alert.text}`), number].filter(Boolean).join(t('comma')) : alert.text;
    return html`<li>
      ${icons.warning}
      <div>
        <div class="facts">
          <h2>${alarm ? t('alarm') : t('alert')}</h2>
          <waiting-time .until=${alert.respond_by} .warn=${SOON_SECONDS}></waiting-time>
          ${alarm ? nothing : html`<span>${languageName(language)}</span>`}
          ${numbers?.length ? html`<span>${t('alert_told', {numbers: numbers.join(t('comma'))})}</span>` : nothing}
        </div>
        <p class="text" lang=${language ?? nothing}>${text}</p>
      </div>
      <div class="acts">
        ${first && !this.#silent ? this.#mute() : nothing}
        ${conversation ? html`<a class="button small" href=${hashOf({view: 'work', id: conversation})}>${t('open')}</a>` : nothing}
        <button class="button small main danger" @click=${() => this.desk.acknowledge(id)}>
          ${icons.check}${t('acknowledge')}
        </button>
      </div>
    </li>`;
  }

  get #silent() {
    return this.desk.sound.muted || !this.desk.sound.ready;
  }

  #mute() {
    return html`<button class="button small plain" @click=${() => this.desk.sound.mute(true)}>${icons.mute}${t('mute')}</button>`;
  }

  #foot(alerts) {
    const more = alerts.length > SHOWN;
    if (!more && !this.#silent) return nothing;
    return html`<div class="foot">
      ${this.#silent ? this.#sound() : nothing}
      ${
        more
          ? html`<button class="button small plain" aria-expanded=${Boolean(this.all)} @click=${() => (this.all = !this.all)}>
              ${this.all ? t('alerts_fewer') : t('alerts_more', {count: alerts.length - SHOWN})}
            </button>`
          : nothing
      }
    </div>`;
  }

  #sound() {
    const {sound} = this.desk;
    if (!sound.muted) return html`<p>${icons.mute}${t('sound_blocked')}</p>`;
    return html`<p>
      ${icons.mute}${t('alerts_muted')}
      <button class="button small plain" @click=${() => sound.mute(false)}>${t('unmute')}</button>
    </p>`;
  }
}

customElements.define('alert-bar', AlertBar);
