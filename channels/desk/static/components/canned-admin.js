/**
 * The canned replies: found by group, shortcut or words; each in five languages.
 */
import {DeskElement, base, css, html, icons} from '../lib.js';
import {LANGUAGES, NAMES, language, t} from '../i18n.js';
import {matching} from '../canned.js';
import {look} from '../look.js';
import {acts, cell, heads} from './cells.js';
import {Loaded} from './loaded.js';

const MOST = 500;

class CannedAdmin extends DeskElement {
  static properties = {query: {state: true}};

  static styles = [
    base,
    look,
    css`
      .head {
        display: flex;
        flex-wrap: wrap;
        gap: 0.6rem;
        margin-bottom: 0.8rem;
      }
      .head label {
        flex: 1 1 14rem;
      }
      kbd {
        font: 600 0.9rem var(--font-number);
      }
      td p + p {
        margin-top: 0.25rem;
        color: var(--muted);
        font-size: 0.9rem;
      }
    `,
  ];

  #list = new Loaded(this, () => this.desk.office.canned());

  render() {
    return html`<div class="head">
        <label><span class="sr">${t('canned_search')}</span>
          <input type="search" placeholder=${t('canned_search')} @input=${({target}) => (this.query = target.value)} /></label>
        <button class="button main small" @click=${() => this.desk.ask('canned')}>${icons.plus}${t('canned_add')}</button>
      </div>
      ${this.#list.render(() => this.#table())}`;
  }

  #table() {
    const query = (this.query ?? '').trim().toLowerCase();
    const found = matching(this.state.canned, query, language(), 'zh', MOST);
    if (!found.length) return html`<p class="empty card">${t('canned_nothing')}</p>`;
    return html`<table class="cards">
      ${heads('canned_shortcut', 'canned_group', 'canned_text', 'callback_acts')}
      <tbody>
        ${found.map((reply) => this.#row(reply))}
      </tbody>
    </table>`;
  }

  #row({id, shortcut, group, texts}) {
    const missing = LANGUAGES.filter((one) => !texts[one]);
    return html`<tr>
      <th scope="row"><kbd>/${shortcut}</kbd></th>
      ${cell('canned_group', group)}
      ${cell(
        'canned_text',
        html`<p>${texts[language()] ?? texts.zh}</p>
          ${missing.length ? html`<p class="problem">${t('notice_missing', {languages: missing.map((one) => NAMES[one]).join(t('comma'))})}</p>` : ''}`,
      )}
      ${acts(
        html`<button class="button small" @click=${() => this.desk.ask('canned', id)}>${t('change')}</button>
          <button class="button small danger" @click=${() => this.#drop(id)}>${t('remove')}</button>`,
      )}
    </tr>`;
  }

  async #drop(id) {
    await this.desk.attempt(() => this.desk.office.dropCanned(id));
    await this.#list.load();
  }

  updated(changed) {
    if (changed.get('state')?.dialog?.kind === 'canned' && !this.state.dialog) this.#list.load();
  }
}

customElements.define('canned-admin', CannedAdmin);
