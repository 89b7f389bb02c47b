/**
 * Who answers first, by channel and hours; whether the assistant is on; how long a citizen waits before a call-back.
 *
 * The switch works at once; the rest when it is saved.
 */
import {DeskElement, base, css, html, icons, nothing} from '../lib.js';
import {t} from '../i18n.js';
import {look} from '../look.js';
import {Loaded} from './loaded.js';
import {weekdayChecks, weekdayStyles} from './weekdays.js';

const CHANNELS = ['*', 'web', 'miniprogram', 'wechat', 'phone'];
const MODES = ['assistant_first', 'people_first'];
const NEW = {channel: '*', weekdays: [1, 2, 3, 4, 5], from: '09:00', to: '17:00', mode: 'people_first', at_most_waiting: null};

const ASSIGNMENTS = ['offer', 'assign', 'off'];
const TIMES = ['accept_seconds', 'escalate_seconds', 'silent_warn_seconds', 'silent_reassign_seconds', 'tell_seconds'];

class ModesAdmin extends DeskElement {
  static properties = {rules: {state: true}, timeout: {state: true}, times: {state: true}};

  static styles = [
    base,
    look,
    weekdayStyles,
    css`
      .switch {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 0.6rem 1.5rem;
      }
      .switch > div {
        flex: 1 1 18rem;
      }
      .state {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        font-weight: 650;
      }
      .rule {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr));
        gap: 0.5rem 0.8rem;
        align-items: end;
        padding: 0.7rem 0;
        border-top: 1px solid var(--line);
      }
      .rule .wide {
        grid-column: 1 / -1;
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        align-items: center;
        gap: 0.4rem 1rem;
      }
      .wait {
        max-width: 10rem;
      }
      h3 {
        margin-bottom: 0.3rem;
      }
    `,
  ];

  #settings = new Loaded(this, async () => {
    const settings = await this.desk.office.settings();
    this.rules = settings.modes ?? [];
    this.timeout = settings.queue_timeout_seconds ?? null;
    this.times = Object.fromEntries([...TIMES, 'assignment'].filter((name) => name in settings).map((name) => [name, settings[name]]));
    return settings;
  });

  render() {
    return this.#settings.render(
      (settings) =>
        html`${this.#switch(settings.bot?.enabled ?? true)}
          <form class="card" novalidate @submit=${this.#save}>
            <h3>${t('modes_title')}</h3>
            <p class="help">${t('modes_help')}</p>
            ${this.rules.map((rule, index) => this.#rule(rule, index))}
            <p class="field">
              <button class="button small" type="button" @click=${() => (this.rules = [...this.rules, {...NEW}])}>
                ${icons.plus}${t('mode_add')}
              </button>
            </p>
            <div class="field">
              <label for="timeout">${t('queue_timeout')}</label>
              <input
                id="timeout"
                class="wait"
                type="number"
                min="10"
                max="86400"
                .value=${this.timeout ?? ''}
                @input=${({target}) => (this.timeout = target.value === '' ? null : Number(target.value))}
              />
              <p class="help">${t('queue_timeout_help')}</p>
            </div>
            ${this.#times()}
            <p class="field"><button class="button main" type="submit">${t('save')}</button></p>
          </form>`,
    );
  }

  #switch(on) {
    return html`<section class="card switch" aria-labelledby="bot">
      <div>
        <h3 id="bot">${t('bot_switch')}</h3>
        <p class="help">${t('bot_switch_help')}</p>
      </div>
      <p class="state">${on ? icons.bot : icons.mute}${t(on ? 'bot_on' : 'bot_off')}</p>
      <button class="button ${on ? 'danger' : 'main'}" @click=${() => this.#turn(!on)}>
        ${t(on ? 'bot_turn_off' : 'bot_turn_on')}
      </button>
    </section>`;
  }

  #rule(rule, index) {
    const change = (values) => (this.rules = this.rules.map((one, at) => (at === index ? {...one, ...values} : one)));
    const field = (name, content) => html`<div>
      <label for="${name}${index}">${t(`rule_${name}`)}</label>
      ${content}
    </div>`;
    const options = (name, values, words) => html`<select id="${name}${index}" @change=${({target}) => change({[name]: target.value})}>
      ${values.map((value) => html`<option value=${value} .selected=${value === rule[name]}>${t(words(value))}</option>`)}
    </select>`;
    const time = (name) => html`<input id="${name}${index}" type="time" .value=${rule[name]} @change=${({target}) => change({[name]: target.value})} />`;
    return html`<fieldset class="rule">
      <legend class="sr">${t('rule_number', {number: index + 1})}</legend>
      ${field('mode', options('mode', MODES, (mode) => `mode_${mode}`))}
      ${field('channel', options('channel', CHANNELS, (channel) => (channel === '*' ? 'channel_all' : `channel_${channel}`)))}
      ${field('from', time('from'))} ${field('to', time('to'))}
      <div class="wide">
        ${weekdayChecks(rule.weekdays, (weekdays) => change({weekdays}))}
        <button class="button small danger" type="button" @click=${() => (this.rules = this.rules.filter((_, at) => at !== index))}>
          ${t('remove')}
        </button>
      </div>
    </fieldset>`;
  }

  /** The desk's own times and its way of assigning, as far as the server has them. */
  #times() {
    const set = (name, value) => (this.times = {...this.times, [name]: value});
    return html`<div class="rule">
      ${
        'assignment' in this.times
          ? html`<div>
              <label for="assignment">${t('assignment')}</label>
              <select id="assignment" @change=${({target}) => set('assignment', target.value)}>
                ${ASSIGNMENTS.map((one) => html`<option value=${one} .selected=${one === this.times.assignment}>${t(`assignment_${one}`)}</option>`)}
              </select>
            </div>`
          : nothing
      }
      ${TIMES.filter((name) => name in this.times).map(
        (name) =>
          html`<div>
            <label for=${name}>${t(`times_${name}`)}</label>
            <input
              id=${name}
              type="number"
              min="1"
              .value=${this.times[name]}
              @input=${({target}) => set(name, Number(target.value))}
            />
          </div>`,
      )}
    </div>`;
  }

  async #turn(enabled) {
    await this.desk.attempt(async () => {
      await this.desk.office.saveSettings({bot: {enabled}});
      this.desk.say(enabled ? 'bot_is_on' : 'bot_is_off');
    });
    await this.#settings.load();
  }

  async #save(event) {
    event.preventDefault();
    const saved = await this.desk.attempt(async () => {
      await this.desk.office.saveSettings({modes: this.rules, queue_timeout_seconds: this.timeout, ...this.times});
      this.desk.say('saved');
      return true;
    });
    if (saved) await this.#settings.load();
  }
}

customElements.define('modes-admin', ModesAdmin);
