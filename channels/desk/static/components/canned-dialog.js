/**
 * Writes or changes a canned reply.
 */
import {html} from '../lib.js';
import {t} from '../i18n.js';
import {DeskDialog} from './desk-dialog.js';
import {fiveTexts, missingWords, textsOf} from './five-texts.js';

class CannedDialog extends DeskDialog {
  render() {
    this.reply ??= this.state.canned.find(({id}) => id === this.state.dialog.id) ?? {};
    const {shortcut = '', group = '', texts} = this.reply;
    return this.frame({
      title: t('canned_title'),
      submit: t('save'),
      wide: true,
      content: html`<div class="field">
          <label for="shortcut">${t('canned_shortcut')}</label>
          <input id="shortcut" name="shortcut" maxlength="40" autocomplete="off" .value=${shortcut} aria-describedby="shortcut-help" />
          <p class="help" id="shortcut-help">${t('canned_shortcut_help')}</p>
        </div>
        <div class="field">
          <label for="group">${t('canned_group')}</label>
          <input id="group" name="group" maxlength="40" autocomplete="off" list="groups" .value=${group} />
          <datalist id="groups">
            ${[...new Set(this.state.canned.map((one) => one.group))].map((one) => html`<option value=${one}></option>`)}
          </datalist>
        </div>
        <p class="help field">${t('canned_values')}</p>
        ${fiveTexts(texts, 2000)}`,
    });
  }

  async act({shortcut, group, ...values}) {
    if (!shortcut.trim()) return this.wrong(t('canned_no_shortcut'), '#shortcut');
    if (!group.trim()) return this.wrong(t('canned_no_group'), '#group');
    const {texts, missing} = textsOf(values);
    if (missing) return this.wrong(missingWords(missing), `#text_${missing}`);
    await this.desk.office.saveCanned({id: this.reply.id, shortcut: shortcut.trim(), group: group.trim(), texts});
    this.desk.say('saved');
    return true;
  }
}

customElements.define('canned-dialog', CannedDialog);
