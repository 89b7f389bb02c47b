/**
 * One conversation from the app's side: opening and restoring it, sending, language, files.
 *
 * It wires session, transport, outbox, sender and store together. It draws nothing: pages read `state` and listen to
 * its events: `change`, `language` (the language to show) and `restore-text` (text for the composer).
 */
const {ApiError, request, upload} = require('./api');
const {backoffMs} = require('./backoff');
const component = require('./component');
const {Emitter} = require('./emitter');
const {LANGUAGES, NAMES, remember} = require('./language');
const {Outbox, UNOPENED} = require('./outbox');
const {solve} = require('./proof');
const {Sender} = require('./sender');
const {Session} = require('./session');
const store = require('./store');
const {Transport} = require('./transport');
const unsent = require('./unsent');

const TYPING_MS = {bot: 45000, agent: 6000};
const TYPED_PAUSE_MS = 3000;
const RETRIES = 3;
const MOST_AT_ONCE = 500;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

class Chat extends Emitter {
  constructor(language) {
    super();
    this.language = language;
    this.state = store.EMPTY;
    this.session = new Session(
      () => this.language,
      (challenge) => this.prove(challenge),
    );
    this.outbox = new Outbox(this.session.conversationId);
    this.generation = 0;
    this.languageFloor = 0;
    this.transport = null;
    this.sender = null;
    this.typedAt = 0;
    this.typingTimer = null;
    this.wake = null;
  }

  /** Whose the things are that were not sent yet; UNOPENED before the conversation is there. */
  get conversationId() {
    return this.outbox.conversationId;
  }

  /** Logs in, restores the conversation or opens one; tries until it works. */
  async start() {
    this.generation += 1;
    const generation = this.generation;
    this.set({phase: 'opening', unsent: this.outbox.entries()});
    for (let attempt = 0; generation === this.generation; attempt += 1) {
      try {
        await this.open(generation);
        return;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        this.set({connection: 'reconnecting', notice: error.code === 'wechat_login_blocked' ? 'login_blocked' : null});
        await this.rest(Math.max(backoffMs(attempt), (error.retryAfterSeconds || 0) * 1000));
      }
    }
  }

  sendText(text) {
    this.enqueue({text});
  }

  /** A button: the payload goes to the server, the title is what the citizen sees as said. */
  press(button) {
    this.enqueue({payload: button.payload, title: button.title});
  }

  requestHuman(title) {
    this.press({payload: '/request_human', title});
  }

  /** Sends a message again under its own id, after its turn broke off. */
  again(messageId) {
    const message = this.state.messages.find((one) => one.message_id === messageId);
    if (!message) return;
    const payload = message.data && message.data.payload;
    this.set({unanswered: this.state.unanswered.filter((id) => id !== messageId)});
    this.enqueue({message_id: messageId, ...(payload ? {payload, title: message.text} : {text: message.text})});
  }

  /** Takes a message that could not be sent back into the composer. */
  takeBack(messageId) {
    const entry = this.state.unsent.find((one) => one.message_id === messageId);
    this.outbox.remove(messageId);
    this.update((state) => store.withoutUnsent(state, messageId));
    if (entry && entry.text) this.emit('restore-text', entry.text);
  }

  chooseLanguage(language) {
    if (!LANGUAGES.includes(language) || language === this.language) return;
    this.speak(language);
    this.press({payload: `/switch_language${JSON.stringify({language})}`, title: NAMES[language]});
  }

  /** Uploads a file into its conversation, whichever is open, under its id; again when that may help; or an ApiError. */
  async attach({id, path, conversation}) {
    let home = conversation;
    const {message} = await this.repeated(async () => {
      await this.session.ready();
      if (home === UNOPENED) home = this.session.conversationId;
      return this.session.callIn(home, (token, folder) =>
        upload(`${folder}/attachments`, path, {token, fields: {message_id: id}}),
      );
    });
    if (message && home === this.conversationId) this.update((state) => store.withMessages(state, [message]));
  }

  /** What was said in a sound file, as text; rejects with an ApiError when nobody can hear it. */
  async hear(path) {
    const sound = wx.getFileSystemManager().readFileSync(path);
    const {text} = await this.session.call((token, folder) =>
      request('POST', `${folder}/transcription`, {token, data: sound, type: 'audio/wav', seconds: 45}),
    );
    return text;
  }

  /** Stops waiting for a person; what follows is said by the hotline. */
  async cancelWaiting() {
    try {
      const {owner} = await this.session.call((token, folder) => request('POST', `${folder}/queue/cancel`, {token}));
      this.update((state) => store.withOwner(state, {owner}));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.set({notice: 'cancel_failed'});
    }
  }

  /** Judges the talk with a person; rejects with an ApiError. */
  rate(rating) {
    return this.session.call((token, folder) => request('POST', `${folder}/rating`, {token, data: rating}));
  }

  /** The person who has the conversation sees that one is writing; at most every three seconds. */
  typed() {
    if (this.state.owner !== 'agent' || Date.now() - this.typedAt < TYPED_PAUSE_MS || !this.transport) return;
    this.typedAt = Date.now();
    this.transport.typing();
  }

  /** A code on a lamp or a manhole was scanned: what is said next is about that. */
  async about(number) {
    try {
      this.set({component: await component.find(number, this.language), notice: null});
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 404) this.set({component: null, notice: 'component_unknown'});
      else this.set({component: {id: number, kind: '', where: ''}});
    }
  }

  forgetComponent() {
    this.set({component: null});
  }

  dismissNotice() {
    this.set({notice: null});
  }

  /** Begins a new conversation, or goes back to an earlier one; rejects with an ApiError. */
  async turnTo(conversationId) {
    if (conversationId && conversationId === this.session.conversationId) return;
    await this.session.choose(conversationId);
    this.leave();
    await this.start();
  }

  /** Ends the session on this phone and begins anew with a login. */
  async signOut() {
    this.leave();
    await this.session.leave();
    await this.start();
  }

  show() {
    if (this.wake) this.wake();
    if (this.transport) this.transport.hurry();
    if (this.sender) this.sender.push();
  }

  hide() {
    if (this.transport) this.transport.pause();
  }

  async open(generation) {
    await this.session.ready();
    const found = await this.history();
    if (generation !== this.generation) return;
    const before = this.outbox;
    this.outbox = new Outbox(this.session.conversationId);
    if (before.key !== this.outbox.key) before.moveTo(this.outbox);
    const waiting = new Outbox(null); // of an app that ended before its conversation was there
    if (waiting.key !== this.outbox.key) waiting.moveTo(this.outbox);
    unsent.move(UNOPENED, this.conversationId);
    const stored = new Set(found.messages.map((message) => message.message_id).filter(Boolean));
    for (const {message_id: id} of this.outbox.entries()) if (stored.has(id)) this.outbox.remove(id);
    const last = found.messages[found.messages.length - 1];
    this.languageFloor = last ? last.seq : 0;
    const fresh = {messages: [], unsent: this.outbox.entries(), phase: 'open', owner: found.owner, notice: null};
    this.update((state) => store.withMessages({...state, ...fresh}, found.messages));
    if (found.language) this.speak(found.language);
    this.connect();
  }

  /** All messages of the conversation. */
  async history() {
    const messages = [];
    for (;;) {
      const after = messages.length ? messages[messages.length - 1].seq : 0;
      const found = await this.session.call((token, path) =>
        request('GET', `${path}/messages?after=${after}&limit=${MOST_AT_ONCE}`, {token}),
      );
      messages.push(...found.messages);
      if (!found.more || !found.messages.length) return {...found, messages};
    }
  }

  connect() {
    const transport = new Transport(this.session, () => store.lastSeq(this.state));
    transport.on('frame', (frame) => this.take(frame));
    transport.on('state', (state) => this.connected(state));
    transport.on('gone', () => this.lost(transport));
    this.transport = transport;
    this.sender = new Sender(this.outbox, transport, {
      accepted: (entry, seq) => this.accepted(entry, seq),
      refused: (entry) => this.refused(entry),
      challenged: (challenge) => this.session.answer(challenge),
      failed: (entry, code) => this.update((state) => store.withProblem(state, entry.message_id, code)),
    });
    transport.start();
  }

  /** Ends what belongs to the present conversation. */
  leave() {
    this.generation += 1;
    if (this.sender) this.sender.stop();
    if (this.transport) this.transport.stop();
    this.sender = null;
    this.transport = null;
    this.outbox = new Outbox(null);
    this.set({...store.EMPTY, component: this.state.component});
  }

  /** The conversation is not ours any more, not even after a login: texts go to the composer, files to the next one. */
  async lost(transport) {
    if (transport !== this.transport) return;
    const texts = this.outbox.entries().map((entry) => entry.text);
    this.restore(texts.filter(Boolean).join('\n'));
    this.outbox.save([]);
    unsent.move(this.conversationId, UNOPENED);
    this.leave();
    await this.session.leave();
    await this.start();
    this.set({notice: 'notice_expired'});
  }

  restore(text) {
    if (text) this.emit('restore-text', text);
  }

  connected(state) {
    this.set({connection: state, ...(state === 'online' ? {} : {typing: false})});
    if (state === 'online' && this.sender) this.sender.push();
  }

  take(frame) {
    if (frame.type === 'typing') this.typing(frame.who === 'agent' ? 'agent' : 'bot');
    else if (frame.type === 'owner') this.owned(frame);
    else if (frame.type === 'message') this.message(frame);
    else if (frame.type === 'error' && frame.message_id) this.broken(frame.message_id);
  }

  message(message) {
    if (message.message_id) this.outbox.remove(message.message_id);
    this.update((state) => store.withMessages(state, [message]));
    if (message.sender === 'bot') this.follow(message.language, message.seq);
    const handoff = message.data && message.data.handoff;
    if (handoff && handoff.state === 'queued' && this.state.owner === 'bot') this.set({owner: 'queue'});
  }

  owned(frame) {
    this.update((state) => store.withOwner(state, frame));
    if (frame.language) this.follow(frame.language, Infinity);
  }

  broken(messageId) {
    this.typing(false);
    this.set({unanswered: [...new Set([...this.state.unanswered, messageId])]});
  }

  /** @param who 'bot', 'agent', or false when nobody is writing any more */
  typing(who) {
    clearTimeout(this.typingTimer);
    if (who) this.typingTimer = setTimeout(() => this.typing(false), TYPING_MS[who]);
    if (this.state.typing !== who) this.set({typing: who});
  }

  /** Takes up the conversation's language, unless the citizen has just chosen one that is still on its way. */
  follow(language, seq) {
    const choosing = this.state.unsent.some(
      ({payload, sent}) => !sent && payload && payload.startsWith('/switch_language'),
    );
    if (LANGUAGES.includes(language) && !choosing && seq >= this.languageFloor) this.speak(language);
  }

  speak(language) {
    if (language === this.language) return;
    this.language = language;
    remember(language);
    this.emit('language', language);
    if (this.state.component) this.about(this.state.component.id);
  }

  enqueue(content) {
    const entry = this.outbox.add(content);
    this.update((state) => store.withUnsent(state, entry));
    if (this.sender) this.sender.push();
  }

  accepted(entry, seq) {
    if (entry.payload && entry.payload.startsWith('/switch_language')) this.languageFloor = seq;
    this.update((state) => store.withAck(state, entry, seq));
  }

  /** Too long for the server: the text goes back to where it can be shortened. */
  refused(entry) {
    this.update((state) => store.withoutUnsent(state, entry.message_id));
    this.restore(entry.text);
  }

  async repeated(work) {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (!error.passing || attempt >= RETRIES) throw error;
        await pause(Math.max(backoffMs(attempt + 1), (error.retryAfterSeconds || 0) * 1000));
      }
    }
  }

  /** A moment's work that keeps floods away; the page says meanwhile how long it has taken. */
  async prove(challenge) {
    this.set({proving: 0});
    try {
      return await solve(challenge, (seconds) => seconds > this.state.proving && this.set({proving: seconds}));
    } finally {
      this.set({proving: null});
    }
  }

  rest(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  update(change) {
    this.state = change(this.state);
    this.emit('change', this.state);
  }

  set(values) {
    this.update((state) => ({...state, ...values}));
  }
}

module.exports = {Chat};
