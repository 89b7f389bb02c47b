/**
 * Who sits down at the desk: name and password, the second factor when the account has one, or the house's own login.
 */
import {DeskElement, base, css, html, nothing, seal} from '../lib.js';
import {DeskError} from '../api.js';
import {cityName, t} from '../i18n.js';
import {look} from '../look.js';
import {problemWords} from '../problems.js';
import './desk-language.js';

class LoginView extends DeskElement {
  static properties = {second: {state: true}, busy: {state: true}, problem: {state: true}};

  static styles = [
    base,
    look,
    css`
      main {
        display: grid;
        grid-template-rows: auto 1fr;
        min-height: 100dvh;
        padding: 0.75rem 1rem 2rem;
      }
      .language {
        justify-self: end;
      }
      section {
        align-self: center;
        justify-self: center;
        width: min(24rem, 100%);
        padding: 1.75rem 1.5rem 1.5rem;
        border: 1px solid var(--line);
        border-radius: 16px;
        background: var(--surface);
        box-shadow: var(--shadow);
      }
      .brand {
        display: flex;
        align-items: center;
        gap: 0.85rem;
        margin-bottom: 0.6rem;
      }
      .brand svg {
        width: 3rem;
        height: 3rem;
      }
      h1 {
        font-size: 1.3rem;
        line-height: 1.25;
      }
      .button {
        width: 100%;
        min-height: 2.9rem;
        margin-top: 1.1rem;
        font-size: 1rem;
      }
      .or {
        display: flex;
        align-items: center;
        gap: 0.8rem;
        margin-top: 1rem;
        color: var(--muted);
        font-size: 0.9rem;
      }
      .or::before,
      .or::after {
        content: '';
        flex: 1;
        height: 1px;
        background: var(--line);
      }
      .or + .button {
        margin-top: 0.8rem;
      }
      input {
        min-height: 2.9rem !important;
      }
      #totp {
        font-family: var(--font-number);
        font-size: 1.3rem;
        letter-spacing: 0.25em;
      }
    `,
  ];

  render() {
    return html`<main>
      <desk-language class="language" .desk=${this.desk}></desk-language>
      <section aria-labelledby="title">
        <div class="brand">
          ${seal}
          <div>
            <h1 id="title">${t('name')}</h1>
            <p class="muted">${cityName()}</p>
          </div>
        </div>
        <form novalidate @submit=${this.#submit}>
          <div ?hidden=${this.second}>
            <div class="field">
              <label for="username">${t('username')}</label>
              <input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" />
            </div>
            <div class="field">
              <label for="password">${t('password')}</label>
              <input id="password" name="password" type="password" autocomplete="current-password" />
            </div>
          </div>
          ${this.second ? this.#second() : nothing}
          <div role="alert">${this.problem ? html`<p class="problem field">${this.problem}</p>` : nothing}</div>
          <button class="button main" type="submit" ?disabled=${this.busy}>
            ${t(this.second ? 'login_confirm' : 'login')}
          </button>
          ${this.second ? html`<button class="button plain" type="button" @click=${this.#back}>${t('back')}</button>` : nothing}
        </form>
        ${this.state.settings.oidc && !this.second ? this.#house() : nothing}
      </section>
    </main>`;
  }

  #second() {
    return html`<div class="field">
      <label for="totp">${t('totp')}</label>
      <input id="totp" name="totp" inputmode="numeric" autocomplete="one-time-code" maxlength="7" aria-describedby="totp-help" />
      <p class="help" id="totp-help">${t('totp_help')}</p>
    </div>`;
  }

  #house() {
    return html`<p class="or">${t('or')}</p>
      <a class="button" href=${this.desk.api.url('oidc/start')}>${t('login_oidc')}</a>`;
  }

  firstUpdated() {
    if (this.state.signinProblem) this.problem = t('problem_oidc_failed');
    this.$('#username').focus();
  }

  #back() {
    Object.assign(this, {second: false, problem: null});
  }

  async #submit(event) {
    event.preventDefault();
    const {username, password, totp} = Object.fromEntries(new FormData(event.target));
    if (!username.trim() || !password) return this.#wrong(t('login_empty'), username.trim() ? '#password' : '#username');
    Object.assign(this, {busy: true, problem: null});
    try {
      await this.desk.login(username.trim(), password, totp?.normalize('NFKC').replace(/\s/g, ''));
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      await this.#refused(error);
    } finally {
      this.busy = false;
    }
  }

  async #refused(error) {
    if (error.code === 'totp_required' && !this.second) {
      this.second = true;
      await this.updateComplete;
      this.$('#totp').focus();
      return;
    }
    const wrongCode = this.second && error.status === 401;
    this.#wrong(wrongCode ? t('problem_totp_wrong') : problemWords(error), wrongCode ? '#totp' : '#password');
  }

  #wrong(sentence, selector) {
    this.problem = sentence;
    const field = this.$(selector);
    field?.focus();
    field?.select();
  }
}

customElements.define('login-view', LoginView);
