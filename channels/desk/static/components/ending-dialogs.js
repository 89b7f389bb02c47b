/**
 * Ends my part of a conversation: back to the bot with what was done, or closed with a reason.
 */
import {html} from '../lib.js';
import {t} from '../i18n.js';
import {DeskDialog} from './desk-dialog.js';

const REASONS = ['solved', 'answered', 'ticket_filed', 'no_answer', 'duplicate', 'abuse', 'other'];

const ticketsOf = (state) => (state.threads[state.dialog.id].messages ?? []).map(({data}) => data?.ticket?.number).filter(Boolean);

class ReturnDialog extends DeskDialog {
  render() {
    const filed = ticketsOf(this.state).at(-1);
    return this.frame({
      title: t('return_title'),
      submit: t('act_return'),
      content: html`<p class="help">${t('return_help')}</p>
        <div class="field">
          <label for="summary">${t('return_summary')}</label>
          <textarea id="summary" name="summary" rows="4" maxlength="2000" .value=${filed ? t('return_filed', {number: filed}) : ''}></textarea>
        </div>`,
    });
  }

  async act({summary}) {
    if (!summary.trim()) return this.wrong(t('return_empty'), '#summary');
    await this.desk.talk.giveBack(this.state.dialog.id, summary.trim());
    this.desk.say('returned');
    return true;
  }
}

class CloseDialog extends DeskDialog {
  render() {
    const filed = ticketsOf(this.state).length > 0;
    return this.frame({
      title: t('close_title'),
      submit: t('act_close'),
      content: html`<p class="help">${t('close_help')}</p>
        <fieldset class="field">
          <legend>${t('close_reason')}</legend>
          ${REASONS.map(
            (reason) =>
              html`<label class="check">
                <input type="radio" name="reason" value=${reason} .checked=${reason === (filed ? 'ticket_filed' : '')} />
                ${t(`end_${reason}`)}
              </label>`,
          )}
        </fieldset>
        <div class="field">
          <label for="note">${t('close_note')}</label>
          <textarea id="note" name="note" rows="2" maxlength="1000"></textarea>
        </div>`,
    });
  }

  async act({reason, note}) {
    if (!reason) return this.wrong(t('close_choose'), 'input[name="reason"]');
    if (reason === 'other' && !note.trim()) return this.wrong(t('close_other'), '#note');
    await this.desk.talk.close(this.state.dialog.id, reason, note.trim());
    this.desk.say('closed');
    return true;
  }
}

customElements.define('return-dialog', ReturnDialog);
customElements.define('close-dialog', CloseDialog);
