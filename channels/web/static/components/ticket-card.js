/**
 * A ticket as its citizen may see it: the number to keep, what it is about, who works on it and by when.
 */
import {css, html, nothing} from '../vendor/lit.js';
import {base} from '../styles.js';
import {icons} from '../icons.js';
import {categoryName, known, locale, t, unitName} from '../i18n.js';
import {deadline} from '../format.js';
import {HotlineElement} from './element.js';

const STAGES = ['filed', 'accepted', 'working', 'answered', 'closed'];
const STAGE_OF = {
  received: 0,
  pre_checked: 0,
  dispatched: 0,
  returned: 0,
  accepted: 1,
  in_progress: 2,
  extension_asked: 2,
  suspended: 2,
  supervised: 2,
  escalated: 2,
  reopened: 2,
  replied: 3,
  revisit: 3,
  closed: 4,
};

class TicketCard extends HotlineElement {
  static properties = {ticket: {attribute: false}, copied: {state: true}, refreshable: {type: Boolean}};

  static styles = [
    base,
    css`
      section {
        position: relative;
        margin-top: 0.6rem;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
        box-shadow: var(--shadow);
        overflow: clip;
      }
      header {
        padding: 0.8rem 1rem 0.75rem;
        background: var(--primary-soft);
        color: var(--primary-soft-ink);
        border-bottom: 2px dashed var(--line);
      }
      h2 {
        display: flex;
        align-items: center;
        gap: 0.45rem;
        font-size: max(var(--least), 0.95rem);
        font-weight: 600;
      }
      .number {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.3rem 0.8rem;
        margin-top: 0.2rem;
      }
      .digits {
        font: 700 min(var(--most), 1.45rem) / 1.3 var(--font-number);
        letter-spacing: 0.02em;
      }
      .digits {
        display: flex;
        flex-wrap: wrap;
        column-gap: 0.35em;
      }
      .button {
        padding: 0.3rem 0.85rem;
        font-size: max(var(--least), 0.95rem);
      }
      .keep {
        font-size: max(var(--least), 0.92rem);
      }
      ol {
        display: flex;
        padding: 0.85rem 0.6rem 0.1rem;
      }
      ol li {
        flex: 1;
        position: relative;
        padding-top: 1.15rem;
        font-size: max(var(--least), 0.8rem);
        line-height: 1.25;
        text-align: center;
        color: var(--muted);
        hyphens: auto;
        overflow-wrap: anywhere;
      }
      ol li::before {
        content: '';
        position: absolute;
        top: 0.4rem;
        left: -50%;
        width: 100%;
        height: 2px;
        background: var(--line);
      }
      ol li:first-child::before {
        display: none;
      }
      ol li::after {
        content: '';
        position: absolute;
        top: 0;
        left: calc(50% - 0.45rem);
        width: 0.9rem;
        height: 0.9rem;
        border: 2px solid var(--field);
        border-radius: 50%;
        background: var(--surface);
        z-index: 1;
      }
      ol li.done::after {
        background: var(--primary);
        border-color: var(--primary);
      }
      ol li.done::before {
        background: var(--primary);
      }
      ol li[aria-current] {
        color: var(--ink);
        font-weight: 650;
      }
      dl {
        display: grid;
        grid-template-columns: minmax(5.5em, max-content) 1fr;
        gap: 0.35rem 1rem;
        padding: 0.8rem 1rem;
      }
      dt {
        color: var(--muted);
        font-size: max(var(--least), 0.95rem);
        max-width: 9.5em;
      }
      dd {
        overflow-wrap: anywhere;
      }
      .status {
        font-weight: 650;
      }
      .foot {
        padding: 0 1rem 0.9rem;
      }
      .joined {
        padding: 0.8rem 1rem 0;
      }

      @container (max-width: 24rem) {
        .digits {
          font-size: 1.3rem;
        }
        dl {
          gap: 0.35rem 0.7rem;
        }
        dt {
          max-width: 6.8em;
        }
      }
      @container (max-width: 18.5rem) {
        dl {
          grid-template-columns: 1fr;
          gap: 0;
        }
        dd {
          margin-bottom: 0.45rem;
        }
        dt {
          max-width: none;
        }
        ol {
          padding-bottom: 1.4rem;
        }
        ol li[aria-current] span {
          position: absolute;
          left: 50%;
          width: max-content;
          max-width: 9rem;
          translate: -50%;
        }
        ol li:first-child[aria-current] span {
          left: 0;
          translate: none;
        }
        ol li:last-child[aria-current] span {
          left: auto;
          right: 0;
          translate: none;
        }
        ol li:not([aria-current]) span {
          position: absolute;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
      }
      :host {
        container-type: inline-size;
      }
    `,
  ];

  render() {
    const ticket = this.ticket;
    if (!ticket?.number) return nothing;
    const label = `${t('ticket')} ${ticket.number}`;
    return html`<section aria-label=${label}>
      <header>
        <h2>${icons.ticket}${t('ticket_number')}</h2>
        <p class="number">
          <strong class="digits" id="number">${this.#number(String(ticket.number))}</strong>
          <button class="button" @click=${this.#copy}>
            ${this.copied ? icons.check : icons.copy}${t(this.copied ? 'copied' : 'copy')}
          </button>
        </p>
        <p class="keep">${t('ticket_keep')}</p>
      </header>
      ${this.#stages(ticket.status)}
      ${ticket.duplicate_of ? html`<p class="joined">${t('ticket_joined')}</p>` : nothing}
      <dl>
        ${this.#row('ticket_status', this.#word('status', ticket.status), 'status')}
        ${this.#row('ticket_nature', this.#word('nature', ticket.nature))}
        ${this.#row('ticket_category', ticket.category_name ?? categoryName(ticket.category) ?? ticket.category)}
        ${this.#row('ticket_unit', ticket.unit_name ?? unitName(ticket.unit) ?? ticket.unit)}
        ${this.#row('ticket_accept_by', this.#time(ticket.accept_by))}
        ${this.#row('ticket_due_at', this.#time(ticket.due_at))}
      </dl>
      ${
        this.refreshable
          ? html`<p class="foot">
              <button class="button" @click=${() => this.tell('show-ticket', ticket.number)}>
                ${icons.search}${t('ticket_progress')}
              </button>
            </p>`
          : nothing
      }
      <span class="sr" role="status">${this.copied ? t('copied') : ''}</span>
    </section>`;
  }

  #number(number) {
    const parts = number.match(/^(\d{8})(\d+)$/)?.slice(1) ?? [number];
    return parts.map((part) => html`<span>${part}</span>`);
  }

  #stages(status) {
    const at = STAGE_OF[status];
    if (at === undefined) return nothing;
    return html`<ol aria-label=${t('ticket_stages')}>
      ${STAGES.map(
        (stage, index) =>
          html` <li class=${index <= at ? 'done' : ''} aria-current=${index === at ? 'step' : nothing}>
            <span>${t(`stage_${stage}`)}</span>
          </li>`,
      )}
    </ol>`;
  }

  #row(label, value, kind = '') {
    return value
      ? html`<dt>${t(label)}</dt>
          <dd class=${kind}>${value}</dd>`
      : nothing;
  }

  #word(kind, word) {
    return word && (known(`${kind}_${word}`) ? t(`${kind}_${word}`) : word);
  }

  #time(iso) {
    const shown = deadline(iso, locale());
    return shown && html`<time datetime=${iso}>${t('city_time', {time: shown})}</time>`;
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(this.ticket.number);
      this.copied = true;
      setTimeout(() => (this.copied = false), 4000);
    } catch {
      const range = document.createRange();
      range.selectNodeContents(this.renderRoot.querySelector('#number'));
      getSelection().removeAllRanges();
      getSelection().addRange(range);
    }
  }
}

customElements.define('ticket-card', TicketCard);
