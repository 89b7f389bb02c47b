/**
 * Storm notices: what is said before the greeting, from when to when, in five languages.
 */
import {DeskElement, base, css, html, icons, nothing} from '../lib.js';
import {LANGUAGES, language, languageName, locale, t} from '../i18n.js';
import {deadline} from '../../../static/format.js';
import {now} from '../waiting.js';
import {look} from '../look.js';
import {Loaded} from './loaded.js';

class NoticesAdmin extends DeskElement {
  static styles = [
    base,
    look,
    css`
      .top {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.3rem 0.8rem;
      }
      .text {
        margin-block: 0.4rem;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      li + li {
        margin-top: 0.8rem;
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0.5rem 1rem;
        margin-bottom: 0.8rem;
      }
      .head p {
        flex: 1 1 16rem;
      }
    `,
  ];

  #settings = new Loaded(this, () => this.desk.office.settings());

  render() {
    return html`<div class="head">
        <p class="help">${t('notices_help')}</p>
        <button class="button main small" @click=${() => this.desk.ask('notice')}>${icons.plus}${t('notice_add')}</button>
      </div>
      ${this.#settings.render(({announcements = []}) => this.#list(announcements))}`;
  }

  #list(notices) {
    if (!notices.length) return html`<p class="empty card">${t('notices_none')}</p>`;
    return html`<ul>
      ${notices.map((notice) => html`<li class="card">${this.#notice(notice, notices)}</li>`)}
    </ul>`;
  }

  #notice(notice, notices) {
    const {id, starts_at: starts, ends_at: ends, texts} = notice;
    const running = Date.parse(starts) <= now() && now() < Date.parse(ends);
    const state = running ? 'running' : Date.parse(starts) > now() ? 'planned' : 'over';
    const missing = LANGUAGES.filter((one) => !texts[one]);
    return html`<p class="top">
        <span class="chip ${running ? 'own' : ''}">${running ? icons.storm : nothing}${t(`notice_${state}`)}</span>
        <span class="muted">${t('from_to', {from: deadline(starts, locale()), to: deadline(ends, locale())})}</span>
      </p>
      <p class="text">${texts[language()] ?? texts.zh}</p>
      ${missing.length ? html`<p class="problem">${t('notice_missing', {languages: missing.map(languageName).join(t('comma'))})}</p>` : nothing}
      <p class="row">
        <button class="button small" @click=${() => this.desk.ask('notice', id)}>${t('change')}</button>
        <button class="button small danger" @click=${() => this.#drop(notices.filter((one) => one.id !== id))}>${t('remove')}</button>
      </p>`;
  }

  async #drop(announcements) {
    await this.desk.attempt(() => this.desk.office.saveSettings({announcements}));
    await this.#settings.load();
  }

  updated(changed) {
    if (changed.get('state')?.dialog?.kind === 'notice' && !this.state.dialog) this.#settings.load();
  }
}

customElements.define('notices-admin', NoticesAdmin);
