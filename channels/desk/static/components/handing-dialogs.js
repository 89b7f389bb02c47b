/**
 * Hands a conversation to a colleague or back to the queue, calls one in, or takes it over.
 */
import {css, html, icons, nothing} from '../lib.js';
import {LANGUAGES, languageName, t} from '../i18n.js';
import {DeskDialog, dialogStyles} from './desk-dialog.js';

const styles = [
  ...dialogStyles,
  css`
    .people {
      max-height: 16rem;
      overflow-y: auto;
      margin-top: 0.5rem;
      border: 1px solid var(--line);
      border-radius: 8px;
    }
    .people .check {
      padding: 0.35rem 0.7rem;
    }
    .people .check + .check {
      border-top: 1px solid var(--line);
    }
    .who {
      flex: 1;
      min-width: 0;
    }
    .who small {
      display: block;
      color: var(--muted);
      font-size: 0.84rem;
    }
    .shape svg {
      width: 1.1rem;
      height: 1.1rem;
    }
    .shape {
      --tick: var(--surface);
      color: var(--muted);
    }
    .shape.available {
      color: var(--calm);
    }
    .shape.away {
      color: var(--soon);
    }
  `,
];

const ORDER = {available: 0, away: 1, off: 2};

/** Colleagues to choose from, those who are there and free first. */
function people(state, language) {
  const rank = ({presence, load = 0, capacity = 1, languages = []}) =>
    ORDER[presence] * 100 + (languages.includes(language) ? 0 : 10) + (load >= capacity ? 5 : 0) + load / 100;
  return state.colleagues.filter(({id, presence}) => id !== state.me.id && presence !== 'off').sort((a, b) => rank(a) - rank(b));
}

function person({id, name, presence, languages = [], load, capacity}) {
  return html`<label class="check">
    <input type="radio" name="to" value=${`agent:${id}`} />
    <span class="shape ${presence}">${icons[presence]}</span>
    <span class="who">${name}<small>${t(`presence_${presence}`)} · ${t('load', {load: load ?? 0, capacity: capacity ?? '–'})} · ${languages.map(languageName).join(t('comma'))}</small></span>
  </label>`;
}

class TransferDialog extends DeskDialog {
  static styles = styles;

  get #conversation() {
    return this.state.threads[this.state.dialog.id].conversation;
  }

  render() {
    const colleagues = people(this.state, this.#conversation.language);
    return this.frame({
      title: t('transfer_title'),
      submit: t('act_transfer'),
      content: html`<fieldset class="field">
          <legend>${t('transfer_to')}</legend>
          <div class="people">
            ${LANGUAGES.map(
              (language) =>
                html`<label class="check" ?hidden=${language !== this.#conversation.language && !this.all}>
                  <input type="radio" name="to" value=${`skill:${language}`} />
                  <span class="shape">${icons.inbox}</span>
                  <span class="who">${t('transfer_queue', {language: languageName(language)})}</span>
                </label>`,
            )}
            ${colleagues.map(person)}
          </div>
          ${colleagues.length ? nothing : html`<p class="help">${t('nobody_there')}</p>`}
        </fieldset>
        <p><button type="button" class="button small plain" aria-expanded=${Boolean(this.all)} @click=${this.#more}>${t('transfer_languages')}</button></p>
        <div class="field">
          <label for="note">${t('transfer_note')}</label>
          <textarea id="note" name="note" rows="2" maxlength="1000"></textarea>
        </div>`,
    });
  }

  #more() {
    this.all = !this.all;
    this.requestUpdate();
  }

  async act({to, note}) {
    if (!to) return this.wrong(t('choose_somebody'), 'input[name="to"]');
    const [kind, value] = to.split(/:(.*)/s);
    const target = kind === 'agent' ? {agent_id: value} : {skill: {language: value}};
    await this.desk.talk.transfer(this.state.dialog.id, {...target, note: note.trim()});
    this.desk.say('transferred');
    return true;
  }
}

class InviteDialog extends DeskDialog {
  static styles = styles;

  render() {
    const {conversation} = this.state.threads[this.state.dialog.id];
    const inside = new Set((conversation.participants ?? []).map(({id}) => id));
    const colleagues = people(this.state, conversation.language).filter(({id}) => !inside.has(id));
    return this.frame({
      title: t('invite_title'),
      submit: colleagues.length ? t('act_invite') : null,
      content: html`<p class="help">${t('invite_help')}</p>
        <fieldset class="field">
          <legend class="sr">${t('act_invite')}</legend>
          <div class="people">${colleagues.map(person)}</div>
          ${colleagues.length ? nothing : html`<p class="help">${t('nobody_there')}</p>`}
        </fieldset>`,
    });
  }

  async act({to}) {
    if (!to) return this.wrong(t('choose_somebody'), 'input[name="to"]');
    await this.desk.talk.invite(this.state.dialog.id, to.slice('agent:'.length));
    this.desk.say('invited');
    return true;
  }
}

class TakeOverDialog extends DeskDialog {
  render() {
    const {conversation} = this.state.threads[this.state.dialog.id];
    return this.frame({
      title: t('take_over_title'),
      submit: t('act_take_over'),
      content: html`<p class="field">${t('take_over_words', {agent: conversation.agent?.name ?? t('owner_queue')})}</p>`,
    });
  }

  async act() {
    const {id} = this.state.dialog;
    await this.desk.talk.takeOver(id);
    this.desk.go('work', id);
  }
}

customElements.define('transfer-dialog', TransferDialog);
customElements.define('invite-dialog', InviteDialog);
customElements.define('take-over-dialog', TakeOverDialog);
