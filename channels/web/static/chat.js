/**
 * One conversation from the page's side: opening and restoring it, sending, language, attachments, look-up.
 *
 * It wires api, transport, outbox, sender and store together. It draws nothing: components read `store.state` and listen
 * to its events: `language` (detail: the language to show), `restore-text` (detail: text for the composer) and `arrived`
 * (detail: a message that somebody else wrote just now).
 */
import {Api, ApiError} from './api.js';
import {LANGUAGES, NAMES} from './i18n.js';
import {Outbox, UNOPENED, newId} from './outbox.js';
import {Sender} from './sender.js';
import {SESSION_KEY, forgetSession, loadSession, rememberLanguage, saveSession} from './session.js';
import {Store, lastSeq, withAck, withMessages, withOwner, withProblem, withUnsent, withoutUnsent} from './store.js';
import {Transport} from './transport.js';
import {backoffMs, imported} from './backoff.js';

const TYPING_MS = {bot: 45_000, agent: 6_000};
const TYPED_PAUSE_MS = 3_000;
const UPLOAD_RETRIES = 3;
const PROOF = (again) => import(`./proof.js${again}`);

export class Chat extends EventTarget {
  store = new Store();
  #api = new Api((challenge) => this.#prove(challenge));
  #generation = 0;
  #languageFloor = 0;
  #outbox = null;
  #sender = null;
  #transport = null;
  #typedAt = 0;
  #typingTimer = null;
  #wakeOpening = null;

  constructor(language) {
    super();
    this.language = language;
    addEventListener('storage', ({key, newValue}) => {
      if (key === SESSION_KEY && newValue && JSON.parse(newValue)?.id !== this.#api.session?.id) location.reload();
    });
  }

  /** Restores the conversation of this browser or opens a new one; tries until it works. */
  async open(notice = this.store.state.notice) {
    const generation = ++this.#generation;
    this.#outbox = new Outbox(loadSession()?.id ?? UNOPENED);
    this.store.set({phase: 'opening', notice, unsent: this.#outbox.entries()});
    for (let attempt = 0; generation === this.#generation; attempt += 1) {
      try {
        const session = loadSession();
        if (session) await this.#restore(session);
        else await this.#begin();
        return;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const session = loadSession();
        if (error.gone && session) {
          this.#forget(session);
          continue;
        }
        this.store.set({phase: 'failed', connection: navigator.onLine === false ? 'offline' : 'reconnecting'});
        await this.#retryPause(Math.max(backoffMs(attempt), (error.retryAfterSeconds ?? 0) * 1000));
      }
    }
  }

  sendText(text) {
    this.#enqueue({text});
  }

  /** A button: the payload goes to the server, the title is what the citizen sees as said. */
  press(button) {
    this.#enqueue({payload: button.payload, title: button.title});
  }

  /** Sends a message again under its own id, after its turn broke off. */
  again(messageId) {
    const message = this.store.state.messages.find((one) => one.message_id === messageId);
    if (!message) return;
    const payload = message.data?.payload;
    this.store.update((state) => ({...state, unanswered: state.unanswered.filter((id) => id !== messageId)}));
    this.#enqueue({message_id: messageId, ...(payload ? {payload, title: message.text} : {text: message.text})});
  }

  /** Takes a message that could not be sent back, and gives its text. */
  takeBack(messageId) {
    const entry = this.store.state.unsent.find((one) => one.message_id === messageId);
    this.#outbox.remove(messageId);
    this.store.update((state) => withoutUnsent(state, messageId));
    return entry?.text ?? '';
  }

  chooseLanguage(language) {
    if (!LANGUAGES.includes(language) || language === this.language) return;
    this.#show(language);
    if (this.store.state.phase === 'open')
      this.press({payload: `/switch_language${JSON.stringify({language})}`, title: NAMES[language]});
  }

  async startNew() {
    this.#leave();
    this.#outbox.clear();
    this.#api.session = null;
    await this.open(null);
  }

  hurry() {
    this.#wakeOpening?.();
    this.#transport?.hurry();
    this.#sender?.push();
  }

  /** Uploads a file, again under the same id when that may help; rejects with an ApiError. */
  async attach(file) {
    const messageId = newId();
    for (let attempt = 0; ; attempt += 1) {
      try {
        const {message} = await this.#api.attach(messageId, file);
        this.store.update((state) => withMessages(state, message ? [message] : []));
        return;
      } catch (error) {
        if (!error.passing || attempt >= UPLOAD_RETRIES) throw error;
        await this.#retryPause(Math.max(backoffMs(attempt + 1), (error.retryAfterSeconds ?? 0) * 1000));
      }
    }
  }

  /** The HTTP calls, for what reads and writes beside the conversation: tickets, places, speech. */
  get api() {
    return this.#api;
  }

  /** Stops waiting for a person; what follows is said by the hotline. */
  async cancelWaiting() {
    try {
      const {owner} = await this.#api.cancelWaiting();
      this.#owner({owner});
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.store.set({notice: 'cancel_failed'});
    }
  }

  /** Judges the talk with a person; rejects with an ApiError. */
  rate(rating) {
    return this.#api.rate(rating);
  }

  /** A file that a person sent, as a Blob; rejects with an ApiError. */
  file(attachmentId) {
    return this.#api.file(attachmentId);
  }

  /** The person who has the conversation sees that one is writing; at most every three seconds. */
  typed() {
    if (this.store.state.owner !== 'agent' || Date.now() - this.#typedAt < TYPED_PAUSE_MS) return;
    this.#typedAt = Date.now();
    this.#transport?.typing();
  }

  dismissNotice() {
    this.store.set({notice: null});
  }

  #retryPause(milliseconds) {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        removeEventListener('online', end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      addEventListener('online', end);
      this.#wakeOpening = end;
    });
  }

  async #begin() {
    const opened = await this.#api.open(this.language);
    saveSession(this.#api.session);
    const before = this.#outbox;
    this.#outbox = new Outbox(this.#api.session.id);
    before.moveTo(this.#outbox);
    this.#ready({messages: [], owner: 'bot', language: opened.language});
  }

  async #restore(session) {
    this.#api.session = session;
    this.#ready(await this.#api.messages(0));
  }

  #ready({messages, owner, language}) {
    const spoken = language ?? messages.findLast((message) => message.sender === 'bot')?.language;
    this.#languageFloor = messages.at(-1)?.seq ?? 0;
    const stored = new Set(messages.map((message) => message.message_id).filter(Boolean));
    for (const {message_id} of this.#outbox.entries()) if (stored.has(message_id)) this.#outbox.remove(message_id);
    this.store.update((state) =>
      withMessages(
        {
          ...state,
          messages: [],
          unsent: this.#outbox.entries(),
          phase: 'open',
          owner: owner ?? 'bot',
          connection: 'online',
        },
        messages,
      ),
    );
    if (spoken) this.#show(spoken);
    this.#transport = new Transport(this.#api, () => lastSeq(this.store.state));
    this.#transport.addEventListener('frame', ({detail}) => this.#take(detail));
    this.#transport.addEventListener('state', ({detail}) => this.#connection(detail));
    this.#transport.addEventListener('gone', () => this.#lost());
    this.#sender = new Sender(this.#outbox, this.#transport, {
      accepted: (entry, seq) => this.#accepted(entry, seq),
      refused: (entry) => this.#refused(entry),
      challenged: (challenge) => this.#api.answer(challenge),
      failed: ({message_id}, code) => this.store.update((state) => withProblem(state, message_id, code)),
    });
    this.#transport.start();
  }

  /** Ends what belongs to the present conversation. */
  #leave() {
    this.#sender?.stop();
    this.#transport?.stop();
    this.#sender = null;
    this.#transport = null;
    forgetSession();
    this.store.set({messages: [], unsent: [], unanswered: [], owner: 'bot', agent: null, place: null, typing: false});
  }

  /** The token is not accepted any more: a new conversation, with a word about it. */
  async #lost() {
    this.#forget(this.#api.session);
    await this.open('notice_expired');
  }

  /** Leaves a conversation that cannot be opened any more; what was written but not sent goes to the composer. */
  #forget(session) {
    const outbox = new Outbox(session.id);
    const texts = outbox
      .entries()
      .map((entry) => entry.text)
      .filter(Boolean);
    outbox.clear();
    this.#leave();
    this.#outbox = new Outbox(UNOPENED);
    this.store.set({notice: 'notice_expired'});
    if (texts.length) this.#restoreText(texts.join('\n'));
  }

  #restoreText(text) {
    this.dispatchEvent(new CustomEvent('restore-text', {detail: text}));
  }

  #connection(state) {
    this.store.set({connection: state, ...(state === 'online' ? {} : {typing: false})});
    if (state === 'online') this.#sender?.push();
  }

  #take(frame) {
    if (frame.type === 'typing') this.#typing(frame.who === 'agent' ? 'agent' : 'bot');
    else if (frame.type === 'owner') this.#owner(frame);
    else if (frame.type === 'message') this.#message(frame);
    else if (frame.type === 'error' && frame.message_id) this.#broken(frame.message_id);
  }

  #message({type: _, ...message}) {
    if (message.message_id) this.#outbox.remove(message.message_id);
    const news = message.sender !== 'citizen' && !this.store.state.messages.some(({seq}) => seq === message.seq);
    this.store.update((state) => withMessages(state, [message]));
    if (news) this.dispatchEvent(new CustomEvent('arrived', {detail: message}));
    if (message.sender === 'bot') this.#follow(message.language, message.seq);
    if (message.data?.handoff?.state === 'queued' && this.store.state.owner === 'bot') this.store.set({owner: 'queue'});
  }

  /** A moment's work that keeps floods away; the page says meanwhile what it is at. */
  async #prove(challenge) {
    this.store.set({proving: true});
    try {
      const {solve} = await imported(PROOF);
      return await solve(challenge);
    } finally {
      this.store.set({proving: false});
    }
  }

  #owner(frame) {
    this.store.update((state) => withOwner(state, frame));
    if (frame.language) this.#follow(frame.language, Infinity);
  }

  #broken(messageId) {
    this.#typing(false);
    this.store.update((state) => ({...state, unanswered: [...new Set([...state.unanswered, messageId])]}));
  }

  /** @param who 'bot', 'agent', or false when nobody is writing any more */
  #typing(who) {
    clearTimeout(this.#typingTimer);
    if (who) this.#typingTimer = setTimeout(() => this.#typing(false), TYPING_MS[who]);
    if (this.store.state.typing !== who) this.store.set({typing: who});
  }

  /** Takes up the conversation's language, unless the citizen has just chosen one that is still on its way. */
  #follow(language, seq) {
    const choosing = this.store.state.unsent.some(
      ({payload, sent}) => !sent && payload?.startsWith('/switch_language'),
    );
    if (LANGUAGES.includes(language) && !choosing && seq >= this.#languageFloor) this.#show(language);
  }

  #show(language) {
    if (language === this.language) return;
    this.language = language;
    rememberLanguage(language);
    this.dispatchEvent(new CustomEvent('language', {detail: language}));
  }

  #enqueue(content) {
    const entry = this.#outbox.add(content);
    this.store.update((state) => withUnsent(state, entry));
    this.#sender?.push();
  }

  #accepted(entry, seq) {
    if (entry.payload?.startsWith('/switch_language')) this.#languageFloor = seq;
    this.store.update((state) => withAck(state, entry, seq));
  }

  /** Too long for the server: the text goes back to where it can be shortened. */
  #refused(entry) {
    this.store.update((state) => withoutUnsent(state, entry.message_id));
    if (entry.text) this.#restoreText(entry.text);
  }
}
