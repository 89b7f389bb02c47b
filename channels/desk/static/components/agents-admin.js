/**
 * The accounts of the desk. Nobody is deleted; an account is switched off.
 */
import {DeskElement, base, html, icons, nothing} from '../lib.js';
import {languageName, t, unitName, word} from '../i18n.js';
import {look} from '../look.js';
import {acts, cell, heads} from './cells.js';
import {Loaded} from './loaded.js';

class AgentsAdmin extends DeskElement {
  static styles = [base, look];
  #list = new Loaded(this, async () => {
    const agents = await this.desk.office.agents();
    this.desk.store.set({accounts: agents});
    return agents;
  });

  render() {
    return html`<p class="row">
        <button class="button main small" @click=${() => this.desk.ask('agent')}>${icons.plus}${t('agent_add')}</button>
      </p>
      <div class="field">${this.#list.render((agents) => this.#table(agents))}</div>`;
  }

  #table(agents) {
    return html`<table class="cards">
      ${heads('agent', 'username', 'role', 'unit', 'languages', 'capacity_head', 'callback_acts')}
      <tbody>
        ${agents.map((agent) => this.#row(agent))}
      </tbody>
    </table>`;
  }

  #row({id, name, username, role, unit, languages = [], capacity, active, totp}) {
    return html`<tr>
      <th scope="row">
        ${name} ${active === false ? html`<span class="chip">${icons.lock}${t('agent_off')}</span>` : nothing}
        ${totp ? html`<span class="chip own">${t('totp_short')}</span>` : nothing}
      </th>
      ${cell('username', username)} ${cell('role', word('role', role))} ${cell('unit', unitName(unit) ?? unit)}
      ${cell('languages', languages.map(languageName).join(t('comma')))} ${cell('capacity_head', capacity)}
      ${acts(html`<button class="button small" @click=${() => this.desk.ask('agent', id)}>${t('change')}</button>`)}
    </tr>`;
  }

  updated(changed) {
    if (changed.get('state')?.dialog?.kind === 'agent' && !this.state.dialog) this.#list.load();
  }
}

customElements.define('agents-admin', AgentsAdmin);
