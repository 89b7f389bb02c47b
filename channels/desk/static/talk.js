/**
 * What a person does with one conversation: take it, write, note, file, hand on, give back, close.
 *
 * Texts are kept in this browser until the server has them, under an id of their own, so a broken connection loses
 * and doubles nothing. It draws nothing.
 */
import {Outbox, newId} from '../../static/outbox.js';
import {backoffMs} from '../../static/backoff.js';
import {DeskError} from './api.js';
import {language} from './i18n.js';
import {conversationsWithUnsent, outboxName} from './memory.js';
import {withConversation, withMessage, withNote, withThread} from './store.js';

const REFRESH_MS = 2_500;
const TYPING_MS = 3_000;
const UPLOAD_RETRIES = 3;
const MOST_TRANSLATING = 2;

export class Talk {
  #desk;
  #sending = new Set();
  #refreshTimers = new Map();
  #translating = 0;
  #wanted = [];
  #typedAt = 0;
  #shown = null;

  constructor(desk) {
    this.#desk = desk;
  }

  get #api() {
    return this.#desk.api;
  }

  get #store() {
    return this.#desk.store;
  }

  #path(id, rest = '') {
    return `conversations/${encodeURIComponent(id)}${rest}`;
  }

  /** Opens a conversation on the screen and says to colleagues that it is looked at. */
  async show(id) {
    if (this.#shown !== id) this.#look(id);
    this.#shown = id;
    await this.load(id);
  }

  #look(id) {
    this.#desk.send({type: 'view', conversation_id: id, silent: this.#store.state.listening === id});
  }

  /** Nothing is on the screen. */
  leaveScreen() {
    if (this.#shown) this.#desk.send({type: 'view', conversation_id: null});
    this.#shown = null;
  }

  async load(id) {
    try {
      const context = await this.#api.get(this.#path(id));
      this.#store.update((state) => withThread(state, id, context));
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      if (error.status === 404 || error.status === 403) {
        const gone = {conversation: {id}, messages: [], notes: [], gone: error.status === 404 ? 'not_found' : 'forbidden'};
        this.#store.update((state) => ({...state, threads: {...state.threads, [id]: state.threads[id] ?? gone}}));
      } else if (!this.#store.state.threads[id]) {
        this.#desk.refuse(error);
      }
    }
  }

  /** What was on the screen counts as read. */
  see(id, seq) {
    if ((this.#store.state.seen[id] ?? 0) >= seq) return;
    this.#store.update((state) => ({...state, seen: {...state.seen, [id]: seq}}));
  }

  async accept({conversation_id: id, owner_version: version}) {
    await this.#desk.attempt(async () => {
      try {
        await this.#api.post(this.#path(id, '/accept'), {expected_version: version});
      } finally {
        this.#store.update((state) => ({...state, queue: state.queue.filter((one) => one.conversation_id !== id)}));
      }
      this.#desk.go('work', id);
    });
    await this.load(id);
    this.#mineFromThread(id);
  }

  async takeOver(id) {
    await this.#command(id, '/take-over');
    await this.load(id);
    this.#mineFromThread(id);
  }

  #mineFromThread(id) {
    const conversation = this.#store.state.threads[id]?.conversation;
    if (conversation?.owner) this.#store.update((state) => withConversation(state, conversation));
  }

  /** Begins or ends reading along unseen. */
  async listen(id, on) {
    const heard = await this.#command(id, '/listen', {on});
    if (heard === undefined) return;
    this.#store.set({listening: on ? id : null});
    if (this.#shown === id) this.#look(id);
  }

  whisper = (id, text) => this.#api.post(this.#path(id, '/whisper'), {text, note_id: newId()});
  transfer = (id, to) => this.#left(id, '/transfer', to);
  invite = (id, agentId) => this.#api.post(this.#path(id, '/invite'), {agent_id: agentId});
  leave = (id) => this.#desk.attempt(() => this.#left(id, '/leave', {}));
  giveBack = (id, summary) => this.#left(id, '/return', {summary});
  close = (id, reason, note) => this.#left(id, '/close', {reason, note});
  reveal = (id, purpose) => this.#api.post(this.#path(id, '/reveal'), {purpose});

  #command(id, rest, body = {}) {
    return this.#desk.attempt(() => this.#api.post(this.#path(id, rest), body));
  }

  /** A command after which the conversation is not mine any more. */
  async #left(id, rest, body) {
    const answer = await this.#api.post(this.#path(id, rest), body);
    this.#store.update((state) => ({...state, mine: state.mine.filter((one) => one.id !== id)}));
    await this.load(id);
    return answer;
  }

  /** Files the ticket, or joins the open one `join`; `requestId` makes a second press harmless. */
  async file(id, requestId, fields, join) {
    const {ticket} = await this.#api.post(this.#path(id, '/ticket'), {request_id: requestId, fields, ...(join && {join})});
    this.refreshSoon(id, 0);
    return ticket;
  }

  translateText = async (id, text, to) =>
    (await this.#api.post(this.#path(id, '/translate'), {text, from: language(), to})).text;

  /** Asks for the translation of a message, unless it is there or on its way. */
  translate(id, seq) {
    const key = `${id}:${seq}:${language()}`;
    if (this.#store.state.translations[key]) return;
    this.#translation(key, {busy: true});
    this.#wanted.push([key, id, seq]);
    this.#translateNext();
  }

  async #translateNext() {
    if (this.#translating >= MOST_TRANSLATING || !this.#wanted.length) return;
    const [key, id, seq] = this.#wanted.pop(); // the newest first
    this.#translating += 1;
    try {
      const {text} = await this.#api.post(this.#path(id, '/translate'), {seq, to: key.split(':').at(-1)});
      this.#translation(key, {text});
    } catch (error) {
      this.#translation(key, {failed: true, off: error.code === 'translator_off'});
    } finally {
      this.#translating -= 1;
      this.#translateNext();
    }
  }

  #translation(key, value) {
    this.#store.update((state) => ({...state, translations: {...state.translations, [key]: value}}));
  }

  /** Says that I am writing; at most every three seconds. */
  typing(id) {
    if (Date.now() - this.#typedAt < TYPING_MS) return;
    this.#typedAt = Date.now();
    this.#desk.send({type: 'typing', conversation_id: id});
  }

  /** Writes to the citizen; `translation` is `{original, machine}` when the text was translated. */
  write(id, text, translation = null) {
    this.#enqueue(id, {kind: 'message', text, ...(translation ? {translation} : {})});
  }

  note(id, text) {
    this.#enqueue(id, {kind: 'note', text});
  }

  #enqueue(id, content) {
    new Outbox(outboxName(id)).add(content);
    this.#showUnsent(id);
    this.#push(id);
  }

  /** Takes a text that the server refused back. */
  takeBack(id, entry) {
    new Outbox(outboxName(id)).remove(entry.message_id);
    this.#showUnsent(id);
  }

  again(id, entry) {
    const outbox = new Outbox(outboxName(id));
    outbox.remove(entry.message_id);
    const {kind, text, translation} = entry;
    outbox.add({kind, text, ...(translation ? {translation} : {}), message_id: entry.message_id});
    this.#showUnsent(id);
    this.#push(id);
  }

  #showUnsent(id, problems = {}) {
    const before = this.#store.state.unsent[id] ?? [];
    const known = new Map(before.map((entry) => [entry.message_id, entry.problem]));
    const entries = new Outbox(outboxName(id)).entries().map((entry) => {
      const problem = problems[entry.message_id] ?? (problems[entry.message_id] === null ? null : known.get(entry.message_id));
      return {...entry, problem: problem ?? null};
    });
    this.#store.update((state) => ({...state, unsent: {...state.unsent, [id]: entries}}));
  }

  /** After a (re)connection: sends what waits, in every conversation. */
  resume() {
    for (const id of conversationsWithUnsent()) {
      this.#showUnsent(id);
      this.#push(id);
    }
    if (this.#shown) this.#look(this.#shown);
  }

  /** Sends the oldest first, one at a time, so that the order stays. */
  async #push(id) {
    if (this.#sending.has(id)) return;
    this.#sending.add(id);
    const outbox = new Outbox(outboxName(id));
    try {
      for (let attempt = 0; this.#store.state.phase === 'open'; ) {
        const refused = new Set((this.#store.state.unsent[id] ?? []).filter(({problem}) => problem).map((one) => one.message_id));
        const entry = outbox.entries().find(({message_id: messageId}) => !refused.has(messageId));
        if (!entry) return;
        try {
          await this.#sendOne(id, entry);
          outbox.remove(entry.message_id);
          this.#showUnsent(id);
          attempt = 0;
        } catch (error) {
          if (!(error instanceof DeskError)) throw error;
          if (!error.passing) this.#showUnsent(id, {[entry.message_id]: error.code});
          else await new Promise((resolve) => setTimeout(resolve, Math.max(backoffMs(attempt), (error.retryAfterSeconds ?? 0) * 1000)));
          attempt += 1;
        }
      }
    } finally {
      this.#sending.delete(id);
    }
  }

  async #sendOne(id, {kind, message_id: messageId, text, translation}) {
    if (kind === 'note') {
      const {note} = await this.#api.post(this.#path(id, '/notes'), {note_id: messageId, text});
      if (note) this.#store.update((state) => withNote(state, id, note));
      return;
    }
    const body = {message_id: messageId, text, ...(translation ? {translation} : {})};
    const {message} = await this.#api.post(this.#path(id, '/messages'), body);
    if (message) this.#store.update((state) => withMessage(state, id, message));
  }

  /** Sends a file to the citizen, again under the same id when the connection breaks. */
  async attach(id, file) {
    const messageId = newId();
    for (let attempt = 0; ; attempt += 1) {
      try {
        const {message} = await this.#api.upload(this.#path(id, '/attachments'), messageId, file);
        if (message) this.#store.update((state) => withMessage(state, id, message));
        return;
      } catch (error) {
        if (error.status !== 0 || attempt >= UPLOAD_RETRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, backoffMs(attempt + 1)));
      }
    }
  }

  attachmentUrl = (id, attachmentId) => this.#api.url(this.#path(id, `/attachments/${encodeURIComponent(attachmentId)}`));

  /** What a frame means for the conversation on the screen: suggestions and the ticket's draft follow what is said. */
  heard(frame) {
    const id = frame.conversation_id ?? frame.conversation?.id;
    if (!id || !this.#store.state.threads[id]) return;
    if (frame.type === 'conversation' || frame.type === 'gone') this.refreshSoon(id, 300);
    else if (frame.type === 'message' && frame.message.sender !== 'agent') this.refreshSoon(id, REFRESH_MS);
  }

  refreshSoon(id, milliseconds) {
    clearTimeout(this.#refreshTimers.get(id));
    this.#refreshTimers.set(id, setTimeout(() => this.#shown === id && this.load(id), milliseconds));
  }
}
