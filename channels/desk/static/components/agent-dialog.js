/**
 * One account: who it is, what he or she may do, which languages, how much at once.
 */
import {html, nothing} from '../lib.js';
import {LANGUAGES, allUnits, languageName, t, word} from '../i18n.js';
import {RANK} from '../store.js';
import {DeskDialog} from './desk-dialog.js';

const TOPICS = [
  'urban',
  'transport',
  'housing',
  'environment',
  'utilities',
  'security',
  'safety',
  'market',
  'labour',
  'education',
  'health',
  'civil',
  'rural',
  'tourism',
  'government',
];
const LEAST_PASSWORD = 10;

class AgentDialog extends DeskDialog {
  render() {
    const {id} = this.state.dialog;
    this.agent ??= this.state.accounts?.find((one) => one.id === id) ?? {role: 'agent', unit: 'hotline', languages: ['zh'], topics: [], capacity: 3, active: true};
    const agent = this.agent;
    return this.frame({
      title: t(id ? 'agent_change' : 'agent_add'),
      submit: t('save'),
      wide: true,
      content: html`${this.#input('name', t('agent_name'), agent.name, t('agent_name_help'))}
        ${id ? nothing : this.#input('username', t('username'), '', t('username_help'))}
        ${this.#select('role', t('role'), Object.keys(RANK).map((role) => [role, word('role', role)]), agent.role)}
        ${this.#select('unit', t('unit'), allUnits(), agent.unit)}
        ${this.#checks('languages', t('languages'), LANGUAGES.map((language) => [language, languageName(language)]), agent.languages)}
        ${this.#checks('topics', t('topics'), TOPICS.map((topic) => [topic, t(`topic_${topic}`)]), agent.topics ?? [])}
        <div class="field">
          <label for="capacity">${t('capacity_head')}</label>
          <input id="capacity" name="capacity" type="number" min="0" max="50" .value=${agent.capacity} />
        </div>
        <div class="field">
          <label for="password">${t(id ? 'password_new' : 'password')}</label>
          <input id="password" name="password" type="password" autocomplete="new-password" aria-describedby="password-help" />
          <p class="help" id="password-help">${t(id ? 'password_keep' : 'password_help', {least: LEAST_PASSWORD})}</p>
        </div>
        ${id ? this.#switches(agent) : nothing}`,
    });
  }

  #switches({active, totp}) {
    return html`<label class="check field"><input type="checkbox" name="active" .checked=${active !== false} />${t('agent_active')}</label>
      ${totp ? html`<label class="check"><input type="checkbox" name="reset" />${t('totp_reset')}</label>` : nothing}`;
  }

  #input(name, label, value, help) {
    return html`<div class="field">
      <label for=${name}>${label}</label>
      <input id=${name} name=${name} maxlength="80" autocomplete="off" .value=${value ?? ''} aria-describedby="${name}-help" />
      <p class="help" id="${name}-help">${help}</p>
    </div>`;
  }

  #select(name, label, options, value) {
    return html`<div class="field">
      <label for=${name}>${label}</label>
      <select id=${name} name=${name}>
        ${options.map(([id, words]) => html`<option value=${id} .selected=${id === value}>${words}</option>`)}
      </select>
    </div>`;
  }

  #checks(name, label, options, values) {
    return html`<fieldset class="field">
      <legend>${label}</legend>
      <div class="checks">
        ${options.map(
          ([id, words]) =>
            html`<label class="check"><input type="checkbox" data-list=${name} value=${id} .checked=${values.includes(id)} />${words}</label>`,
        )}
      </div>
    </fieldset>`;
  }

  #chosen(name) {
    return [...this.renderRoot.querySelectorAll(`[data-list="${name}"]:checked`)].map(({value}) => value);
  }

  async act({name, username, role, unit, capacity, password, active, reset}) {
    const {id} = this.agent;
    const languages = this.#chosen('languages');
    if (!name.trim()) return this.wrong(t('agent_no_name'), '#name');
    if (!id && !username.trim()) return this.wrong(t('agent_no_username'), '#username');
    if (!languages.length) return this.wrong(t('agent_no_language'), '[data-list="languages"]');
    if ((!id || password) && [...password].length < LEAST_PASSWORD) return this.wrong(t('password_help', {least: LEAST_PASSWORD}), '#password');
    const values = {name: name.trim(), role, unit, languages, topics: this.#chosen('topics'), capacity: Number(capacity)};
    await this.desk.office.saveAgent({
      ...values,
      ...(id ? {id, active: active === 'on'} : {username: username.trim()}),
      ...(password ? {password} : {}),
      ...(reset ? {totp: false} : {}),
    });
    this.desk.say('saved');
    return true;
  }
}

customElements.define('agent-dialog', AgentDialog);
