/**
 * Where the agent writes: to the citizen, or a note that only the desk sees. Enter sends, Shift+Enter breaks the line,
 * Enter that ends an input method's word does neither; "/" at the beginning searches the canned replies.
 *
 * A machine's translation is shown before it is sent. What is written stays until it is sent, also over reloads.
 */
import {DeskElement, base, html, icons, live, nothing} from '../lib.js';
import {DeskError} from '../api.js';
import {language, languageName, t} from '../i18n.js';
import {draftOf, keepDraft} from '../memory.js';
import {cannedQuery, filled, matching} from '../canned.js';
import {look} from '../look.js';
import {problemWords} from '../problems.js';
import {lengthOf} from '../../../static/format.js';
import {composerStyle} from './composer-style.js';
import './canned-list.js';
import '../../../static/components/attachment-button.js';

const MOST = 4_000;
const SHOW_COUNT_FROM = 3_500;

class DeskComposer extends DeskElement {
  static properties = {
    conversationId: {},
    listener: {type: Boolean},
    text: {state: true},
    mode: {state: true},
    translating: {state: true},
    preview: {state: true},
    problem: {state: true},
    busy: {state: true},
    at: {state: true},
    asIs: {state: true},
  };

  static styles = [
    base,
    look,
    composerStyle,
  ];

  constructor() {
    super();
    Object.assign(this, {text: '', mode: 'reply', at: 0, preview: null});
  }

  willUpdate(changed) {
    if (changed.has('conversationId')) {
      Object.assign(this, {text: draftOf(this.conversationId), preview: null, problem: null, mode: 'reply', at: 0, asIs: false});
      const {conversation} = this.state.threads[this.conversationId];
      this.translating = Boolean(this.state.settings.translator) && conversation.language !== language();
    }
    if (this.listener) this.mode = 'whisper';
    else if (this.mode === 'whisper') this.mode = 'reply';
  }

  get #conversation() {
    return this.state.threads[this.conversationId].conversation;
  }

  get #foreign() {
    return this.state.settings.translator && this.#conversation.language !== language();
  }

  get #found() {
    const query = this.mode === 'reply' ? cannedQuery(this.text) : null;
    return query === null || this.dismissed === this.text ? null : matching(this.state.canned, query, language(), this.#conversation.language);
  }

  render() {
    const tooLong = lengthOf(this.text) > MOST;
    const found = this.#found;
    return html`<form class=${this.mode} @submit=${this.#submit}>
      ${found ? html`<canned-list .desk=${this.desk} .state=${this.state} .found=${found} .at=${this.at} .spoken=${this.#conversation.language} @pick=${({detail}) => this.#pick(detail)}></canned-list>` : nothing}
      ${this.preview ? this.#preview() : nothing}
      <div class="modes">${this.#modes()}</div>
      <div class="box">
        ${
          this.mode === 'reply'
            ? html`<attachment-button .language=${language()} ?busy=${this.busy} @attach=${this.#attach}></attachment-button>`
            : nothing
        }
        <label class="sr" for="text">${t(`write_${this.mode}`)}</label>
        <textarea
          id="text"
          rows="1"
          enterkeyhint="send"
          autocomplete="off"
          placeholder=${t(`write_${this.mode}`)}
          .value=${live(this.text)}
          aria-invalid=${tooLong}
          aria-describedby="below"
          @input=${this.#typed}
          @keydown=${this.#key}
        ></textarea>
        <button class="button main send" type="submit" aria-disabled=${tooLong}>
          ${this.mode === 'reply' ? icons.send : icons.lock}<span>${t(`send_${this.mode}`)}</span>
        </button>
      </div>
      <div class="below" id="below">
        <span role="status" class=${tooLong || this.problem ? 'problem' : ''}>${this.#word(tooLong)}</span>
        ${lengthOf(this.text) >= SHOW_COUNT_FROM ? html`<span class="count">${lengthOf(this.text)}/${MOST}</span>` : nothing}
      </div>
    </form>`;
  }

  #modes() {
    if (this.listener) return html`<span class="chip">${icons.whisper}${t('whisper_only')}</span>`;
    const modes = [
      ['reply', icons.send],
      ['note', icons.lock],
    ];
    return html`<div class="seg" role="group" aria-label=${t('write_mode')}>
        ${modes.map(
          ([mode, icon]) =>
            html`<button type="button" aria-pressed=${this.mode === mode} @click=${() => this.write(mode)}>${icon}${t(`mode_${mode}`)}</button>`,
        )}
      </div>
      ${
        this.#foreign && this.mode === 'reply'
          ? html`<label class="check">
              <input
                type="checkbox"
                .checked=${live(this.translating && !this.asIs)}
                @change=${({target}) => Object.assign(this, {translating: target.checked, asIs: false})}
              />
              ${t('translate_before', {language: languageName(this.#conversation.language)})}
            </label>`
          : nothing
      }`;
  }

  #preview() {
    const {busy, text} = this.preview;
    return html`<div class="preview">
      <p><label for="preview">${t('preview', {language: languageName(this.#conversation.language)})}</label></p>
      ${
        busy
          ? html`<p role="status">${icons.translate}${t('translating')}</p>`
          : html`<textarea
                id="preview"
                rows="2"
                lang=${this.#conversation.language}
                .value=${live(text)}
                @input=${({target}) => (this.preview = {...this.preview, text: target.value})}
                @keydown=${this.#previewKey}
              ></textarea>
              <div class="row">
                <button class="button small" type="button" @click=${this.#noPreview}>${t('preview_back')}</button>
                <button class="button small main" type="button" @click=${this.#sendPreview}>${icons.send}${t('preview_send')}</button>
              </div>`
      }
    </div>`;
  }

  #word(tooLong) {
    if (tooLong) return t('too_long', {over: lengthOf(this.text) - MOST});
    if (this.problem) return this.problem;
    if (this.busy) return t('attaching');
    const spoken = this.#conversation.language;
    const language_hint = this.mode === 'reply' && spoken !== language() && !this.translating && !this.asIs ? t('answer_in', {language: languageName(spoken)}) : '';
    return html`${language_hint} <span class="hint">${t(`hint_${this.mode}`)}</span>`;
  }

  /** Chooses the mode and takes the cursor. */
  write(mode) {
    if (!this.listener) this.mode = mode;
    this.preview = null;
    this.$('#text').focus();
  }

  /** Puts a text to what is being written; `asIs` when it is in the citizen's language already. */
  insert(text, asIs) {
    this.#keep(this.text.trim() ? `${this.text.trimEnd()}\n${text}` : text);
    this.asIs = asIs;
    this.$('#text').focus();
  }

  #keep(text) {
    this.text = text;
    this.problem = null;
    if (!text.trim()) this.asIs = false;
    keepDraft(this.conversationId, text);
  }

  #typed({target}) {
    this.#keep(target.value);
    this.at = 0;
    this.dismissed = null;
    if (this.mode === 'reply') this.desk.talk.typing(this.conversationId);
  }

  #pick(canned) {
    const values = {agent: this.state.me.name, ticket: this.#lastTicket()};
    this.#keep(filled(canned, this.#conversation.language, values));
    this.asIs = true;
    this.$('#text').focus();
  }

  #lastTicket() {
    return this.state.threads[this.conversationId].tickets?.[0]?.number ?? '';
  }

  #key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const found = this.#found;
    if (found?.length && this.#walk(event, found)) return;
    if (event.key === 'Escape' && found) {
      this.dismissed = this.text;
      this.requestUpdate();
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      this.#send();
    }
  }

  /** The keys of the list of canned replies. */
  #walk(event, found) {
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (step) this.at = (this.at + step + found.length) % found.length;
    else if (event.key === 'Enter' || event.key === 'Tab') this.#pick(found[Math.min(this.at, found.length - 1)]);
    else return false;
    event.preventDefault();
    return true;
  }

  #submit(event) {
    event.preventDefault();
    this.#send();
  }

  async #send() {
    const text = this.text.trim();
    if (!text || lengthOf(this.text) > MOST) return this.$('#text').focus();
    if (this.mode === 'reply' && this.#foreign && this.translating && !this.asIs) return this.#translate(text);
    if (this.mode === 'whisper') return this.#whisper(text);
    if (this.mode === 'note') this.desk.talk.note(this.conversationId, text);
    else this.desk.talk.write(this.conversationId, text);
    this.#keep('');
    return this.$('#text').focus();
  }

  async #whisper(text) {
    try {
      await this.desk.talk.whisper(this.conversationId, text);
      this.#keep('');
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      this.problem = problemWords(error);
    }
  }

  async #translate(original) {
    const id = this.conversationId;
    this.preview = {busy: true, original};
    try {
      const text = await this.desk.talk.translateText(id, original, this.#conversation.language);
      if (id !== this.conversationId || this.preview?.original !== original) return;
      this.preview = {text, original};
      await this.updateComplete;
      this.$('#preview').focus();
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      this.preview = null;
      this.problem = problemWords(error);
    }
  }

  #previewKey(event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      this.#noPreview();
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      this.#sendPreview();
    }
  }

  #noPreview() {
    this.preview = null;
    this.$('#text').focus();
  }

  #sendPreview() {
    const {text, original} = this.preview;
    if (!text.trim() || lengthOf(text) > MOST) return;
    this.desk.talk.write(this.conversationId, text.trim(), {original, machine: true});
    this.preview = null;
    this.#keep('');
    this.$('#text').focus();
  }

  async #attach({detail: file}) {
    Object.assign(this, {busy: true, problem: null});
    try {
      await this.desk.talk.attach(this.conversationId, file);
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      this.problem = problemWords(error);
    } finally {
      this.busy = false;
    }
  }
}

customElements.define('desk-composer', DeskComposer);
