/**
 * Who we are for the gateway: a silent login by wx.login, kept and renewed before it ends.
 *
 * The session opens what is the person's, the conversation's token the conversation. Both are renewed by one login, at
 * most one at a time; that also tells WeChat's two-hour window that the person is here.
 */
const {ApiError, request} = require('./api');
const {read, remove, write} = require('./storage');

const KEY = 'session';
const EARLY_MS = 10 * 60 * 1000;

class Session {
  /**
   * @param language gives the language of a conversation that is opened by a login
   * @param prove finds the solution of a challenge: (challenge) => Promise<string>
   */
  constructor(language, prove) {
    this.language = language;
    this.prove = prove;
    this.kept = read(KEY);
    this.loggingIn = null;
  }

  get conversationId() {
    return this.kept ? this.kept.conversation_id : null;
  }

  /** Templates of subscribe messages: our key to WeChat's id. */
  get templates() {
    return (this.kept && this.kept.templates) || {};
  }

  /** What is kept, logged in anew when it ends soon; rejects with an ApiError. */
  async ready() {
    if (this.kept && Date.now() < this.kept.until - EARLY_MS) return this.kept;
    return this.login();
  }

  /** Logs in, whatever is kept. */
  login() {
    this.loggingIn = this.loggingIn || this.loginOnce().finally(() => (this.loggingIn = null));
    return this.loggingIn;
  }

  /** Opens a new conversation (null) or goes back to an earlier one of this person. */
  async choose(conversationId) {
    const data = {conversation_id: conversationId, language: this.language()};
    const opened = await this.own('POST', '/api/v1/miniprogram/conversation', data);
    return this.keep({...this.kept, ...opened});
  }

  /** A call with the session; logs in once more when it has ended. */
  async own(method, path, data) {
    const {session} = await this.ready();
    try {
      return await this.proven(method, path, {token: session, data});
    } catch (error) {
      if (error.status !== 401) throw error;
    }
    const renewed = await this.login();
    return this.proven(method, path, {token: renewed.session, data});
  }

  /** A call with the conversation's token; once more after a login when it has ended, or after the work it wants. */
  async call(send) {
    const kept = await this.ready();
    try {
      return await send(kept.token, folderOf(kept));
    } catch (error) {
      if (error.challenge) await this.answer(error.challenge).catch(() => Promise.reject(error));
      else if (error.status === 401) await this.login();
      else throw error;
    }
    return send(this.kept.token, folderOf(this.kept));
  }

  /** A call with the token of any conversation of this person; which one is open stays as it is. */
  async callIn(conversationId, send) {
    if (conversationId === this.conversationId) return this.call(send);
    const data = {conversation_id: conversationId, language: this.language()};
    const opened = await this.own('POST', '/api/v1/miniprogram/conversation', data);
    return send(opened.token, folderOf(opened));
  }

  /** Does the work that the server wants of this conversation before it takes more; rejects when it came to nothing. */
  async answer(challenge) {
    const solution = await this.prove(challenge);
    const {token} = this.kept;
    await request('POST', `${folderOf(this.kept)}/challenge`, {token, data: {solution}});
  }

  /** Ends the session here and at the gateway; the next start logs in again. */
  async leave() {
    const kept = this.kept;
    this.kept = null;
    remove(KEY);
    if (kept) await request('DELETE', '/api/v1/miniprogram/session', {token: kept.session}).catch(() => null);
  }

  async loginOnce() {
    const before = this.conversationId;
    const code = await loginCode();
    const data = {code, language: this.language()};
    const opened = await this.proven('POST', '/api/v1/miniprogram/session', {data});
    return this.keep({...opened, ...(await this.staying(before, opened))});
  }

  /** A call that may open a conversation, with the solution of the challenge that a busy server sets for it. */
  async proven(method, path, {token = null, data}) {
    try {
      return await request(method, path, {token, data});
    } catch (error) {
      if (!error.challenge) throw error;
      const solution = await this.prove(error.challenge).catch(() => Promise.reject(error));
      return request(method, path, {token, data: {...data, solution}});
    }
  }

  /** This phone stays in its conversation, though a new one was begun on another: `{}` when there is nothing to do. */
  async staying(before, {session, conversation_id: latest}) {
    if (!before || before === latest) return {};
    const data = {conversation_id: before, language: this.language()};
    try {
      return await request('POST', '/api/v1/miniprogram/conversation', {token: session, data});
    } catch (error) {
      if (error.status !== 404) throw error;
      return {}; // it was deleted
    }
  }

  keep(opened) {
    this.kept = {...opened, until: Date.now() + opened.token_expires_in * 1000};
    write(KEY, this.kept);
    return this.kept;
  }
}

const folderOf = ({conversation_id: id}) => `/api/v1/conversations/${id}`;

function loginCode() {
  return new Promise((resolve, reject) => {
    wx.login({
      success: ({code}) => (code ? resolve(code) : reject(new ApiError(0, 'no_login_code'))),
      fail: () => reject(new ApiError(0, 'no_login_code')),
    });
  });
}

module.exports = {Session};
