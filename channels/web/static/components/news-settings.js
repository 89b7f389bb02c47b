/**
 * How a citizen wants to hear of his or her tickets beside the conversation: by e-mail, text message, and when.
 *
 * What is shown is what the server keeps; it says which ways there are. An e-mail address counts once it is confirmed.
 */
import {css, html, nothing} from '../vendor/lit.js';
import {base, dialog} from '../styles.js';
import {icons} from '../icons.js';
import {t} from '../i18n.js';
import {choice, choiceStyles} from './choice.js';
import {HotlineElement} from './element.js';

const LEVELS = ['answers', 'every_step', 'none'];
const WAYS = ['email', 'sms', 'subscribe'];
const PROBLEMS = {422: 'news_wrong', 429: 'news_later'};

class NewsSettings extends HotlineElement {
  static properties = {
    api: {attribute: false},
    wishes: {state: true},
    levels: {state: true},
    said: {state: true},
    problem: {state: true},
    busy: {state: true},
  };

  static styles = [
    base,
    dialog,
    choiceStyles,
    css`
      fieldset {
        margin-top: 1.1rem;
      }
      .plain {
        display: block;
        margin-top: 0.6rem;
      }
      .field {
        position: static;
        width: 100%;
        height: auto;
        min-height: 2.9rem;
        margin-top: 0.3rem;
        padding: 0.4rem 0.8rem;
        border: 1.5px solid var(--field);
        border-radius: 12px;
        background: var(--paper);
        color: var(--ink);
        font: inherit;
        opacity: 1;
        cursor: text;
      }
      .field[aria-invalid='true'] {
        border-color: var(--danger);
      }
      .times {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr));
        gap: 0.3rem 0.9rem;
      }
      .help {
        margin-top: 0.35rem;
        color: var(--muted);
        font-size: max(var(--least), 0.92rem);
      }
      .said,
      .problem {
        margin-top: 0.9rem;
        font-weight: 600;
      }
      .problem {
        color: var(--danger);
      }
    `,
  ];

  render() {
    return html`<dialog aria-labelledby="title">
      <h2 id="title" tabindex="-1">${t('news_title')}</h2>
      <p class="help">${t('news_help')}</p>
      ${this.wishes ? this.#form(this.wishes) : nothing}
      <div role="status">
        ${this.problem ? html`<p class="problem">${t(this.problem)}</p>` : nothing}
        ${this.said ? html`<p class="said">${t(this.said)}</p>` : nothing}
      </div>
      ${this.wishes ? nothing : html`<div class="actions">${this.#close()}</div>`}
    </dialog>`;
  }

  #form(wishes) {
    const {email, quiet} = wishes;
    const ways = WAYS.filter((way) => wishes[way].offered);
    return html`<form novalidate @submit=${this.#save}>
      ${ways.length ? nothing : html`<p class="said">${t('news_none_offered')}</p>`}
      ${ways.map(
        (way) =>
          html`<fieldset>
            <legend>${t(`news_${way}`)}</legend>
            ${way === 'email' ? this.#address(email) : nothing}
            <p class="plain" id=${`${way}-level`}>${t('news_level')}</p>
            <div class="choice" role="radiogroup" aria-labelledby=${`${way}-level`}>
              ${LEVELS.map((one) => choice(way, t(`news_${one}`), this.levels[way] === one, () => this.#level(way, one)))}
            </div>
          </fieldset>`,
      )}
      ${email.offered || !email.address ? nothing : this.#left(email)}
      ${ways.length ? this.#night(quiet) : nothing}
      <div class="actions">
        ${ways.length
          ? html`<button class="button main" type="submit" ?disabled=${this.busy}>${t('news_save')}</button>`
          : nothing}
        ${this.#close()}
      </div>
    </form>`;
  }

  #address({address, state}) {
    const wrong = this.problem === 'news_wrong';
    return html`<label class="plain" for="address">${t('news_address')}</label>
      <input
        class="field"
        id="address"
        type="email"
        autocomplete="email"
        maxlength="254"
        .value=${address ?? ''}
        aria-describedby="address-help"
        aria-invalid=${wrong}
      />
      <p class="help" id="address-help">${t(state ? `news_address_${state}` : 'news_address_help')}</p>`;
  }

  /** An address that was given while e-mails were sent here can still be taken back. */
  #left({address}) {
    return html`<fieldset>
      <legend>${t('news_email')}</legend>
      <p class="plain">${address}</p>
      <button class="button" type="button" ?disabled=${this.busy} @click=${() => this.#keep({...this.#given(), email: {address: null}})}>
        ${t('news_address_remove')}
      </button>
    </fieldset>`;
  }

  #night({from, until}) {
    return html`<fieldset>
      <legend>${t('news_quiet')}</legend>
      <div class="times">
        <div>
          <label class="plain" for="from">${t('news_quiet_from')}</label>
          <input class="field" id="from" type="time" required .value=${from} />
        </div>
        <div>
          <label class="plain" for="until">${t('news_quiet_until')}</label>
          <input class="field" id="until" type="time" required .value=${until} />
        </div>
      </div>
      <p class="help">${t('news_quiet_help')}</p>
    </fieldset>`;
  }

  #close() {
    return html`<button class="button" type="button" @click=${() => this.#dialog.close()}>${icons.close}${t('close')}</button>`;
  }

  get #dialog() {
    return this.renderRoot.querySelector('dialog');
  }

  /** Opens with what the server keeps now. */
  async show() {
    Object.assign(this, {wishes: null, said: null, problem: null, busy: false});
    await this.updateComplete;
    if (!this.#dialog.open) this.#dialog.showModal();
    try {
      this.#kept(await this.api.newsWishes());
    } catch {
      this.problem = 'news_failed';
    }
  }

  #kept(wishes) {
    this.wishes = wishes;
    this.levels = Object.fromEntries(WAYS.map((way) => [way, wishes[way].level]));
  }

  #level(way, level) {
    this.levels = {...this.levels, [way]: level};
  }

  #save(event) {
    event.preventDefault();
    return this.#keep(this.#given());
  }

  async #keep(wishes) {
    Object.assign(this, {busy: true, said: null, problem: null});
    try {
      this.#kept(await this.api.wishNews(wishes));
      this.said = this.wishes.email.state === 'asked' ? 'news_asked' : 'news_saved';
    } catch (error) {
      this.problem = PROBLEMS[error.status] ?? 'news_failed';
    } finally {
      this.busy = false;
    }
  }

  /** What the form holds; an address that stays as it is is not asked about again. */
  #given() {
    const value = (id) => this.renderRoot.querySelector(`#${id}`)?.value;
    const given = value('from') ? {quiet: {from: value('from'), until: value('until')}} : {}; // with no way, no night
    for (const way of WAYS) if (this.wishes[way].offered) given[way] = {level: this.levels[way]};
    const address = value('address')?.trim() || null;
    const {email} = this.wishes;
    if (email.offered && (address !== email.address || email.state === 'bounced')) given.email.address = address;
    return given;
  }
}

customElements.define('news-settings', NewsSettings);
