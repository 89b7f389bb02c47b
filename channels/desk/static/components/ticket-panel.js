/**
 * One ticket: what the citizen says, how long there is, what may be done next, and everything that happened.
 *
 * Personal data is masked until somebody says what it is needed for.
 */
import {DeskElement, base, css, html, icons, nothing} from '../lib.js';
import {DeskError} from '../api.js';
import {categoryName, locale, t, unitName, word} from '../i18n.js';
import {deadline} from '../../../static/format.js';
import {hashOf} from '../routes.js';
import {look} from '../look.js';
import {Loaded} from './loaded.js';
import './step-dialog.js';

/** The steps of the usual way stand first and open; the others are behind "more". */
const USUAL = ['pre_check', 'dispatch', 'accept', 'start', 'reply', 'start_revisit', 'close', 'approve_return', 'confirm_return', 'grant_extension', 'resume'];

class TicketPanel extends DeskElement {
  static properties = {number: {}, proposed: {state: true}};

  static styles = [
    base,
    look,
    css`
      :host {
        display: block;
        overflow-y: auto;
        padding: 0.9rem 1.1rem 2rem;
      }
      .back {
        display: none;
      }
      h2 {
        font-size: 1.15rem;
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.3rem 0.6rem;
      }
      h3 {
        font-size: 1rem;
        margin-bottom: 0.3rem;
      }
      section {
        padding-block: 0.8rem;
      }
      section + section {
        border-top: 1px solid var(--line);
      }
      .digits {
        font-family: var(--font-number);
        font-weight: 650;
      }
      .said {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      dl {
        display: grid;
        grid-template-columns: minmax(5em, max-content) minmax(0, 1fr);
        gap: 0.2rem 0.9rem;
        align-items: baseline;
      }
      .said + dl {
        margin-top: 0.6rem;
      }
      dt {
        color: var(--muted);
      }
      dd {
        overflow-wrap: anywhere;
      }
      .steps {
        display: flex;
        flex-wrap: wrap;
        gap: 0.4rem;
      }
      details .steps {
        padding-top: 0.5rem;
      }
      summary {
        cursor: pointer;
        padding-block: 0.5rem;
        font-weight: 600;
      }
      ol {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      ol li {
        padding: 0.4rem 0 0.4rem 0.9rem;
        border-inline-start: 2px solid var(--line);
      }
      ol li.note {
        border-inline-start-color: var(--soon);
        background: var(--surface-2);
      }
      .phone {
        white-space: nowrap;
      }
      .small {
        font-size: 0.88rem;
      }
      .late {
        color: var(--danger);
        font-weight: 650;
      }
      @media (max-width: 60rem) {
        .back {
          display: inline-flex;
          margin-bottom: 0.5rem;
        }
      }
    `,
  ];

  #ticket = new Loaded(this, () => this.#read());

  willUpdate(changed) {
    const done = changed.get('state')?.dialog && !this.state.dialog;
    if (changed.has('number') && changed.get('number') !== undefined) {
      this.#ticket.value = undefined;
      this.proposed = [];
      this.#ticket.load();
    } else if (done && ['step', 'ticket_note', 'ticket_reveal'].includes(changed.get('state').dialog.kind)) {
      this.#ticket.load();
    }
  }

  async #read() {
    const [ticket, calls] = await Promise.all([this.desk.staff.ticket(this.number), this.desk.staff.calls()]);
    if (!ticket.category && ticket.steps.includes('correct_category')) this.#propose(ticket.number);
    return {ticket, calls};
  }

  /** Categories come after the ticket, which is as usable without them. */
  async #propose(number) {
    try {
      const {candidates} = await this.desk.staff.evidence(number);
      if (number === this.number) this.proposed = candidates;
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
    }
  }

  render() {
    return html`<a class="button small back" href=${hashOf({view: 'tickets'})}>${t('back')}</a>
      ${this.#ticket.render(({ticket, calls}) => this.#whole(ticket, calls))}`;
  }

  #whole(ticket, calls) {
    const late = ticket.open && Date.parse(ticket.due_at) < Date.now();
    return html`<h2>
        <span class="digits">${ticket.number}</span> <span class="chip own">${word('status', ticket.status)}</span>
        ${ticket.emergency ? html`<span class="chip danger">${t('alert')}</span>` : nothing}
        ${ticket.urged ? html`<span class="chip high">${t('ticket_urged', {count: ticket.urged})}</span>` : nothing}
        ${ticket.followers ? html`<span class="chip">${t('complainants', {count: ticket.followers + 1})}</span>` : nothing}
      </h2>
      <p class="${late ? 'late' : 'muted'}">${t('due', {time: deadline(ticket.due_at, locale())})}</p>
      ${this.#steps(ticket, calls)} ${this.#matter(ticket, calls)} ${this.#relatives(ticket)} ${this.#course(ticket)}`;
  }

  #steps(ticket, calls) {
    const known = ticket.steps.filter((name) => calls.has(name));
    const usual = known.filter((name) => USUAL.includes(name));
    const others = known.filter((name) => !USUAL.includes(name));
    return html`<section aria-labelledby="steps">
      <h3 id="steps">${t('ticket_steps')}</h3>
      ${known.length ? nothing : html`<p class="muted">${t('ticket_no_steps')}</p>`}
      <div class="steps">
        ${usual.map((name, at) => this.#step(ticket, calls.get(name), at === 0))}
        <button class="button" @click=${() => this.desk.ask('ticket_note', ticket.number)}>${icons.note}${t('ticket_note')}</button>
      </div>
      ${
        others.length
          ? html`<details>
              <summary>${t('ticket_more_steps')}</summary>
              <div class="steps">${others.map((name) => this.#step(ticket, calls.get(name), false))}</div>
            </details>`
          : nothing
      }
    </section>`;
  }

  #step(ticket, call, main) {
    const {number, version} = ticket;
    return html`<button
      class="button ${main ? 'main' : ''}"
      data-step=${call.name}
      @click=${() => this.desk.ask('step', {number, version, call})}
    >
      ${word('step', call.name)}
    </button>`;
  }

  #matter(ticket, calls) {
    const shown = this.state.ticketRevealed?.[ticket.number];
    const contact = shown?.contact ?? ticket.contact;
    const category = categoryName(ticket.category) ?? ticket.category_name;
    return html`<section aria-labelledby="matter">
      <h3 id="matter">${t('ticket_matter')}</h3>
      <p class="said" lang=${ticket.language}>${shown?.description ?? ticket.description}</p>
      <dl>
        ${this.#row(t('ticket_nature'), word('nature', ticket.nature))} ${this.#row(t('field_category'), category ?? this.#uncategorised(ticket, calls))}
        ${this.#row(t('field_unit'), unitName(ticket.unit) ?? ticket.unit_name)}
        ${ticket.location ? this.#row(t('ticket_place'), shown?.location ?? ticket.location) : nothing}
        ${this.#row(t('caller'), this.#contact(ticket, contact))} ${this.#row(t('ticket_filed_at'), deadline(ticket.filed_at, locale()))}
        ${ticket.solved === null ? nothing : this.#row(t('ticket_solved'), t(ticket.solved ? 'yes' : 'no'))}
        ${ticket.satisfied === null ? nothing : this.#row(t('ticket_satisfied'), t(ticket.satisfied ? 'yes' : 'no'))}
      </dl>
    </section>`;
  }

  #uncategorised({number, version}, calls) {
    const call = calls.get('correct_category');
    if (!this.proposed?.length || !call) return t('ticket_uncategorised');
    return html`<span class="steps" role="group" aria-label=${t('ticket_proposed')}
      ><span class="muted">${t('ticket_proposed')}</span>
      ${this.proposed.map(
        ({category, score}) =>
          html`<button class="button small" @click=${() => this.desk.ask('step', {number, version, call, values: {category}})}>
            ${categoryName(category) ?? category} <span class="muted">${Math.round(100 * score)} %</span>
          </button>`,
      )}</span
    >`;
  }

  #contact(ticket, contact) {
    if (!contact.known) return t('ticket_secret');
    if (!contact.name && !contact.phone) return t('not_given');
    const phone = contact.revealed
      ? html`<a class="digits" href="tel:${contact.phone}">${contact.phone}</a>`
      : html`<span class="digits phone">${contact.phone}</span>`;
    return html`${contact.name} ${phone}
    ${
      contact.revealed
        ? nothing
        : html`<button class="button small plain" @click=${() => this.desk.ask('ticket_reveal', ticket.number)}>
            ${icons.eye}${t('reveal')}
          </button>`
    }`;
  }

  #row(label, value) {
    return html`<dt>${label}</dt>
      <dd>${value}</dd>`;
  }

  #relatives(ticket) {
    const related = [
      ...(ticket.parent ? [[t('ticket_parent'), ticket.parent, null]] : []),
      ...(ticket.duplicate_of ? [[t('ticket_merged'), ticket.duplicate_of, null]] : []),
      ...ticket.parts.map((part) => [unitName(part.unit) ?? part.unit_name, part.number, part.status]),
    ];
    if (!related.length) return nothing;
    return html`<section aria-labelledby="related">
      <h3 id="related">${t('ticket_related')}</h3>
      <dl>
        ${related.map(([label, number, status]) =>
          this.#row(label, html`<a class="digits" href=${hashOf({view: 'tickets', id: number})}>${number}</a> ${status ? html`<span class="chip">${word('status', status)}</span>` : nothing}`),
        )}
      </dl>
    </section>`;
  }

  #course(ticket) {
    return html`<section aria-labelledby="course">
      <h3 id="course">${t('ticket_course')}</h3>
      <ol>
        ${ticket.course.toReversed().map((step) => this.#happened(step))}
      </ol>
    </section>`;
  }

  #happened({at, kind, by, command, from, to, reason, text}) {
    const who = by.name ?? unitName(by.unit) ?? word('actor', by.role);
    const what = kind === 'note' ? t('ticket_note') : word('step', command);
    return html`<li class=${kind}>
      <p class="small muted">${deadline(at, locale())} · ${who}</p>
      <p><strong>${what}</strong> ${from !== to ? html`<span class="chip">${word('status', to)}</span>` : nothing}</p>
      ${(text ?? reason) ? html`<p class="said">${text ?? reason}</p>` : nothing}
    </li>`;
  }
}

customElements.define('ticket-panel', TicketPanel);
