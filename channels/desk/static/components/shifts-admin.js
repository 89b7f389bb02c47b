/**
 * Who works when: several shifts a day for a person, by weekday or on one date.
 *
 * Nothing is kept before it is saved; times are the city's.
 */
import {DeskElement, base, css, html, icons, nothing} from '../lib.js';
import {t} from '../i18n.js';
import {look} from '../look.js';
import {Loaded} from './loaded.js';
import {weekdayChecks, weekdayStyles} from './weekdays.js';

const NEW = {weekdays: [1, 2, 3, 4, 5], date: null, start: '08:30', end: '12:00'};

class ShiftsAdmin extends DeskElement {
  static properties = {shifts: {state: true}};

  static styles = [
    base,
    look,
    weekdayStyles,
    css`
      h3 {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        align-items: center;
        gap: 0.4rem;
      }
      .shift {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.4rem 1rem;
        padding: 0.45rem 0;
        border-top: 1px solid var(--line);
      }
      .times {
        display: flex;
        align-items: center;
        gap: 0.4rem;
      }
      .times input {
        width: auto !important;
      }
      .shift .remove {
        margin-inline-start: auto;
      }
      .bottom {
        position: sticky;
        bottom: 0;
        padding: 0.7rem 0;
        background: var(--paper);
      }
    `,
  ];

  #list = new Loaded(this, async () => {
    this.shifts = await this.desk.office.shifts();
    return this.shifts;
  });

  render() {
    return html`<p class="help">${t('shifts_help')}</p>
      <form class="field" novalidate @submit=${this.#save}>
        ${this.#list.render(
          () =>
            html`${this.state.colleagues.map((agent) => this.#person(agent))}
              <p class="bottom"><button class="button main" type="submit">${t('save')}</button></p>`,
        )}
      </form>`;
  }

  #person({id, name}) {
    const own = this.shifts.map((shift, index) => [shift, index]).filter(([shift]) => shift.agent_id === id);
    return html`<section class="card" aria-label=${name}>
      <h3>
        ${name}
        <button class="button small" type="button" @click=${() => (this.shifts = [...this.shifts, {...NEW, agent_id: id}])}>
          ${icons.plus}${t('shift_add')}
        </button>
      </h3>
      ${own.length ? nothing : html`<p class="help">${t('shifts_none')}</p>`}
      ${own.map(([shift, index]) => this.#shift(shift, index, name))}
    </section>`;
  }

  #shift(shift, index, name) {
    const change = (values) => (this.shifts = this.shifts.map((one, at) => (at === index ? {...one, ...values} : one)));
    const time = (which) => html`<input
      type="time"
      aria-label="${name} ${t(which === 'start' ? 'starts' : 'ends')}"
      .value=${shift[which]}
      @change=${({target}) => change({[which]: target.value})}
    />`;
    return html`<div class="shift">
      <span class="times">${time('start')} – ${time('end')}</span>
      ${
        shift.date
          ? html`<input type="date" class="date" aria-label="${name} ${t('date')}" .value=${shift.date} @change=${({target}) => change({date: target.value})} />`
          : weekdayChecks(shift.weekdays ?? [], (weekdays) => change({weekdays}))
      }
      <button
        class="button small danger remove"
        type="button"
        aria-label="${name}: ${t('remove')}"
        @click=${() => (this.shifts = this.shifts.filter((_, at) => at !== index))}
      >
        ${t('remove')}
      </button>
    </div>`;
  }

  async #save(event) {
    event.preventDefault();
    const shifts = this.shifts.map(({agent_id, weekdays, date, start, end}) => ({agent_id, start, end, ...(date ? {date} : {weekdays})}));
    const saved = await this.desk.attempt(async () => {
      await this.desk.office.saveShifts(shifts);
      this.desk.say('saved');
      return true;
    });
    if (saved) await this.#list.load();
  }
}

customElements.define('shifts-admin', ShiftsAdmin);
