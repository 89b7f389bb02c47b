/**
 * Writes or changes a storm notice. Times are the city's, whatever the machine's zone is.
 */
import {html} from '../lib.js';
import {t} from '../i18n.js';
import {cityInput, cityTime} from '../citytime.js';
import {now} from '../waiting.js';
import {newId} from '../../../static/outbox.js';
import {DeskDialog} from './desk-dialog.js';
import {fiveTexts, missingWords, textsOf} from './five-texts.js';

const HOURS = 12;

class NoticeDialog extends DeskDialog {
  static properties = {known: {state: true}};

  async firstUpdated() {
    const {announcements = []} = (await this.desk.attempt(() => this.desk.office.settings())) ?? {};
    this.known = announcements;
    await this.updateComplete;
    this.$('#starts').focus();
  }

  render() {
    const {id} = this.state.dialog;
    const notice = this.known?.find((one) => one.id === id);
    const starts = notice?.starts_at ?? new Date(now()).toISOString();
    const ends = notice?.ends_at ?? new Date(now() + HOURS * 3_600_000).toISOString();
    this.drawn ??= {};
    if (!this.known) return this.frame({title: t('notice_title'), content: html`<p role="status">${t('loading')}</p>`});
    this.drawn = this.drawn.starts ? this.drawn : {starts: cityInput(starts), ends: cityInput(ends), texts: notice?.texts};
    return this.frame({
      title: t('notice_title'),
      submit: t('save'),
      wide: true,
      content: html`<p class="help">${t('notice_times')}</p>
        <div class="field">
          <label for="starts">${t('starts')}</label>
          <input id="starts" name="starts" type="datetime-local" .value=${this.drawn.starts} />
        </div>
        <div class="field">
          <label for="ends">${t('ends')}</label>
          <input id="ends" name="ends" type="datetime-local" .value=${this.drawn.ends} />
        </div>
        ${fiveTexts(this.drawn.texts, 500)}`,
    });
  }

  async act(values) {
    if (!values.starts || !values.ends || values.ends <= values.starts) return this.wrong(t('notice_order'), '#ends');
    const {texts, missing} = textsOf(values);
    if (missing) return this.wrong(missingWords(missing), `#text_${missing}`);
    const id = this.state.dialog.id ?? newId();
    const before = this.known.find((one) => one.id === id);
    const notice = {...before, id, starts_at: cityTime(values.starts), ends_at: cityTime(values.ends), texts};
    await this.desk.office.saveSettings({announcements: [...this.known.filter((one) => one.id !== id), notice]});
    this.desk.say('saved');
    return true;
  }
}

customElements.define('notice-dialog', NoticeDialog);
