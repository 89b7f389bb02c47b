/**
 * A time that runs, and how bad it is: by the shape of its icon, by a word and by colour.
 *
 * It is not read out as it runs.
 */
import {DeskElement, base, css, html, icons} from '../lib.js';
import {t} from '../i18n.js';
import {duration, mood, secondsSince} from '../waiting.js';

const ticking = new Set();
setInterval(() => ticking.forEach((element) => element.requestUpdate()), 1000);

class WaitingTime extends DeskElement {
  static properties = {
    since: {},
    until: {},
    warn: {type: Number},
    late: {type: Number},
    label: {},
  };

  static styles = [
    base,
    css`
      :host {
        display: inline-block;
      }
      span.time {
        display: inline-flex;
        align-items: center;
        gap: 0.3em;
        padding: 0.05rem 0.45rem;
        border-radius: 6px;
        background: var(--calm-soft);
        color: var(--calm);
        font-size: 0.84rem;
        font-variant-numeric: tabular-nums;
        line-height: 1.5;
        white-space: nowrap;
      }
      svg {
        width: 1.15em;
        height: 1.15em;
      }
      .soon {
        background: var(--soon-soft) !important;
        color: var(--soon) !important;
      }
      .late {
        background: var(--danger) !important;
        color: var(--danger-ink) !important;
        font-weight: 650;
      }
      :host([quiet]) span.time {
        background: none;
      }
    `,
  ];

  connectedCallback() {
    super.connectedCallback();
    ticking.add(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    ticking.delete(this);
  }

  render() {
    return this.until ? this.#ahead() : this.#behind();
  }

  /** Counts up from `since`. */
  #behind() {
    const seconds = Math.max(0, secondsSince(this.since) ?? 0);
    const how = mood(seconds, this.warn ?? 60, this.late ?? 180);
    return this.#time(how, duration(seconds), this.label ?? t('waited'), how === 'late' ? t('mood_late') : '');
  }

  /** Counts down to `until`. */
  #ahead() {
    const seconds = -(secondsSince(this.until) ?? 0);
    const how = seconds <= 0 ? 'late' : seconds <= (this.warn ?? 600) ? 'soon' : 'calm';
    return this.#time(how, duration(Math.abs(seconds)), t(seconds < 0 ? 'overdue_by' : 'time_left'), seconds < 0 ? t('mood_late') : '');
  }

  #time(how, shown, label, suffix) {
    const icon = {calm: icons.wait, soon: icons.flag, late: icons.warning}[how];
    return html`<span class="time ${how}" title=${label}
      >${icon}<span class="sr">${label}, ${t(`mood_${how}`)}: </span>${shown}${suffix ? html` <span>${suffix}</span>` : ''}</span
    >`;
  }
}

customElements.define('waiting-time', WaitingTime);
