/**
 * What happened to a ticket, the newest at the end, in plain words; offices' answers are shown as they were written.
 */
import {css, html, nothing} from '../vendor/lit.js';
import {base} from '../styles.js';
import {known, locale, t} from '../i18n.js';
import {deadline} from '../format.js';
import {HotlineElement} from './element.js';

class TicketCourse extends HotlineElement {
  static properties = {steps: {attribute: false}};

  static styles = [
    base,
    css`
      ol {
        margin-top: 0.5rem;
      }
      li {
        position: relative;
        padding: 0 0 0.85rem 1.6rem;
        line-height: 1.45;
      }
      li::before {
        content: '';
        position: absolute;
        inset: 0.55em auto -0.55em 0.4rem;
        width: 2px;
        background: var(--line);
      }
      li:last-child::before {
        display: none;
      }
      li::after {
        content: '';
        position: absolute;
        top: 0.35em;
        left: 0;
        width: 0.85rem;
        height: 0.85rem;
        border: 2px solid var(--primary);
        border-radius: 50%;
        background: var(--surface);
      }
      li:last-child::after {
        background: var(--primary);
      }
      li:last-child .what {
        font-weight: 650;
      }
      time {
        display: block;
        color: var(--muted);
        font-size: max(var(--least), 0.88rem);
      }
      blockquote {
        margin: 0.35rem 0 0;
        padding: 0.5rem 0.8rem;
        border-radius: 10px;
        background: var(--surface-2);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
    `,
  ];

  render() {
    return html`<ol>
      ${this.#told().map(
        ({step, at, text}) =>
          html`<li>
            <p class="what">${t(`step_${step}`)}</p>
            <time datetime=${at}>${deadline(at, locale())}</time>
            ${text ? html`<blockquote>${text}</blockquote>` : nothing}
          </li>`,
      )}
    </ol>`;
  }

  /** Steps that can be said; what was said of the step before is not said twice. */
  #told() {
    const told = (this.steps ?? []).filter(({step}) => known(`step_${step}`));
    return told.filter(({step, text}, at) => text || step !== told[at - 1]?.step);
  }
}

customElements.define('ticket-course', TicketCourse);
