/**
 * Shows the whole telephone number, for a purpose that is written down.
 *
 * The number disappears from the screen by itself.
 */
import {html} from '../lib.js';
import {t} from '../i18n.js';
import {DeskDialog} from './desk-dialog.js';

const PURPOSES = ['call_back', 'verify', 'dispatch', 'emergency'];
const SHOWN_MS = 120_000;

class RevealDialog extends DeskDialog {
  render() {
    return this.frame({
      title: t('reveal_title'),
      submit: t('reveal_show'),
      content: html`<p class="help">${t('reveal_help')}</p>
        <fieldset class="field">
          <legend>${t('reveal_purpose')}</legend>
          ${PURPOSES.map(
            (purpose) =>
              html`<label class="check"><input type="radio" name="purpose" value=${purpose} />${t(`purpose_${purpose}`)}</label>`,
          )}
          <label class="check"><input type="radio" name="purpose" value="other" />${t('purpose_other')}</label>
        </fieldset>
        <div class="field">
          <label for="words">${t('purpose_words')}</label>
          <input id="words" name="words" maxlength="200" autocomplete="off" />
        </div>`,
    });
  }

  async act({purpose, words}) {
    if (!purpose) return this.wrong(t('reveal_choose'), 'input[name="purpose"]');
    if (purpose === 'other' && words.trim().length < 2) return this.wrong(t('reveal_say'), '#words');
    const {id} = this.state.dialog;
    const said = [purpose === 'other' ? '' : t(`purpose_${purpose}`), words.trim()].filter(Boolean).join(t('comma'));
    const shown = await this.desk.talk.reveal(id, said);
    const {store} = this.desk;
    store.update((state) => ({...state, revealed: {...state.revealed, [id]: shown}}));
    setTimeout(() => store.update((state) => ({...state, revealed: {...state.revealed, [id]: undefined}})), SHOWN_MS);
    return true;
  }
}

customElements.define('reveal-dialog', RevealDialog);
