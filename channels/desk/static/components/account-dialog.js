/**
 * My own account: another password, and the second factor on or off.
 */
import {css, html, nothing} from '../lib.js';
import {t} from '../i18n.js';
import {DeskDialog, dialogStyles} from './desk-dialog.js';

class AccountDialog extends DeskDialog {
  static properties = {begun: {state: true}, task: {state: true}};

  static styles = [
    ...dialogStyles,
    css`
      .secret {
        display: block;
        margin-top: 0.4rem;
        padding: 0.5rem 0.7rem;
        border-radius: 8px;
        background: var(--surface-2);
        font: 600 1.05rem var(--font-number);
        letter-spacing: 0.08em;
        overflow-wrap: anywhere;
      }
      .choice {
        display: grid;
        gap: 0.5rem;
      }
    `,
  ];

  render() {
    const draw = {password: () => this.#password(), totp: () => this.#totp(), totp_off: () => this.#totpOff()}[this.task];
    return draw ? draw() : this.#choice();
  }

  #choice() {
    const {totp, name, username} = this.state.me;
    return this.frame({
      title: t('own_account'),
      content: html`<p class="muted">${name}${username ? ` · ${username}` : ''}</p>
        <div class="choice field">
          <button class="button" type="button" @click=${() => (this.task = 'password')}>${t('password_change')}</button>
          <button class="button" type="button" @click=${() => this.#begin(totp)}>${t(totp ? 'totp_off' : 'totp_on')}</button>
        </div>`,
    });
  }

  #field(name, label, type = 'password', autocomplete = 'off') {
    return html`<div class="field">
      <label for=${name}>${label}</label>
      <input id=${name} name=${name} type=${type} autocomplete=${autocomplete} inputmode=${type === 'text' ? 'numeric' : nothing} />
    </div>`;
  }

  #password() {
    return this.frame({
      title: t('password_change'),
      submit: t('save'),
      content: html`${this.#field('old', t('password_old'), 'password', 'current-password')}
      ${this.#field('fresh', t('password_new'), 'password', 'new-password')} ${this.#field('twice', t('password_twice'), 'password', 'new-password')}`,
    });
  }

  #totp() {
    return this.frame({
      title: t('totp_on'),
      submit: t('totp_confirm'),
      content: this.begun
        ? html`<p class="field">${t('totp_begin')}</p>
            <code class="secret">${this.begun.secret.replace(/(.{4})/g, '$1 ').trim()}</code>
            <p class="field"><a class="button small" href=${this.begun.uri}>${t('totp_app')}</a></p>
            ${this.#field('code', t('totp'), 'text', 'one-time-code')}`
        : html`<p role="status">${t('loading')}</p>`,
    });
  }

  #totpOff() {
    return this.frame({title: t('totp_off'), submit: t('totp_off'), danger: true, content: this.#field('old', t('password_old'), 'password', 'current-password')});
  }

  async #begin(on) {
    this.task = on ? 'totp_off' : 'totp';
    if (!on) this.begun = await this.desk.attempt(() => this.desk.office.beginTotp());
  }

  async act(values) {
    const {office, store} = this.desk;
    if (this.task === 'password') {
      if (values.fresh !== values.twice) return this.wrong(t('password_differs'), '#twice');
      await office.changePassword(values.old, values.fresh);
    } else {
      if (this.task === 'totp') await office.confirmTotp(values.code.normalize('NFKC').replace(/\s/g, ''));
      else await office.endTotp(values.old);
      store.update((state) => ({...state, me: {...state.me, totp: this.task === 'totp'}}));
    }
    this.desk.say('saved');
    return true;
  }
}

customElements.define('account-dialog', AccountDialog);
