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
  /** @param language gives the language of a conversation that is opened by a login */
  constructor(language) {
    this.language = language;
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
      return await request(method, path, {token: session, data});
    } catch (error) {
      if (error.status !== 401) throw error;
    }
    const renewed = await this.login();
    return request(method, path, {token: renewed.session, data});
  }

  /** A call with the conversation's token; logs in once more when it has ended. */
  async call(send) {
    const {token, conversation_id: id} = await this.ready();
    try {
      return await send(token, `/api/v1/conversations/${id}`);
    } catch (error) {
      if (error.status !== 401) throw error;
    }
    const renewed = await this.login();
    return send(renewed.token, `/api/v1/conversations/${renewed.conversation_id}`);
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
    const opened = await request('POST', '/api/v1/miniprogram/session', {data});
    return this.keep({...opened, ...(await this.staying(before, opened))});
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

function loginCode() {
  return new Promise((resolve, reject) => {
    wx.login({
      success: ({code}) => (code ? resolve(code) : reject(new ApiError(0, 'no_login_code'))),
      fail: () => reject(new ApiError(0, 'no_login_code')),
    });
  });
}

module.exports = {Session};
