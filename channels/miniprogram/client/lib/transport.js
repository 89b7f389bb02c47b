/**
 * Keeps one live stream of the conversation open and hands messages to the server.
 *
 * A WebSocket with a one-use ticket; where sockets fail although HTTP works, polling and POST. After a break it comes
 * back with `after=` the last number, so nothing is lost. It keeps no messages and decides nothing about them. Events:
 * `frame` (the frame), `state` (online, reconnecting, offline), `gone`.
 */
const {ApiError, request, socketUrl} = require('./api');
const {backoffMs} = require('./backoff');
const {Emitter} = require('./emitter');

const HEARTBEAT_MS = 20000;
const PONG_WAIT_MS = 10000;
const OPEN_WAIT_MS = 8000;
const ACK_WAIT_MS = 20000;
const POLL_MS = 3000;
const POLLS = 20;
const FAILED_SOCKETS = 2;

class Transport extends Emitter {
  /**
   * @param session whose conversation it is
   * @param after gives the number of the last message that was seen
   */
  constructor(session, after) {
    super();
    this.session = session;
    this.after = after;
    this.online = false;
    this.attempt = 0;
    this.failedSockets = 0;
    this.retryAfterMs = 0;
    this.socket = null;
    this.end = null;
    this.stopped = false;
    this.paused = false;
    this.connected = true;
    this.waiting = {};
    this.wake = null;
    this.networkChanged = ({isConnected}) => {
      this.connected = isConnected;
      if (isConnected) this.hurry();
      else if (this.end) this.end();
    };
  }

  get polling() {
    return this.failedSockets >= FAILED_SOCKETS;
  }

  start() {
    wx.onNetworkStatusChange(this.networkChanged);
    this.run();
  }

  stop() {
    this.stopped = true;
    wx.offNetworkStatusChange(this.networkChanged);
    if (this.end) this.end();
    this.hurry();
  }

  /** The app goes to the back: nothing is kept open there. */
  pause() {
    this.paused = true;
    if (this.end) this.end();
  }

  /** Ends a pause before the next attempt. */
  hurry() {
    this.paused = false;
    if (this.wake) this.wake();
  }

  /**
   * Hands one message over: `{seq, refused}` once the server has stored it.
   *
   * Rejects with an ApiError; status 0 means that it is not known whether the server got it.
   */
  async deliver(entry) {
    if (this.polling) return this.post(entry);
    const socket = this.socket;
    if (!socket) throw new ApiError(0, 'unreachable');
    const acknowledged = new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.end && this.end(), ACK_WAIT_MS);
      this.waiting[entry.message_id] = {resolve, reject, timer};
    });
    socket.send({data: JSON.stringify({type: 'message', ...said(entry)})});
    return acknowledged;
  }

  /** Says that the citizen is writing; lost without harm. */
  typing() {
    if (this.socket) this.socket.send({data: '{"type":"typing"}'});
  }

  async post(entry) {
    this.take({type: 'typing'});
    const answer = await this.session.call((token, path) =>
      request('POST', `${path}/messages`, {token, data: said(entry)}),
    );
    for (const message of answer.messages || []) this.take({...message, type: 'message'});
    if (answer.owner) this.take({type: 'owner', owner: answer.owner, language: answer.language});
    return {seq: answer.seq, refused: answer.refused};
  }

  async run() {
    while (!this.stopped) {
      try {
        if (this.polling) await this.poll();
        else await this.listen();
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.gone) {
          this.stop();
          this.emit('gone');
          return;
        }
        this.failedSockets = this.polling ? FAILED_SOCKETS : 0;
        this.retryAfterMs = (error.retryAfterSeconds || 0) * 1000;
      }
      this.socket = null;
      this.rejectWaiting();
      if (this.stopped) return;
      if (!this.paused) this.say(this.connected ? 'reconnecting' : 'offline');
      await this.rest();
    }
  }

  /** Resolves when the socket has closed. */
  async listen() {
    const {ticket, path} = await this.session.call(async (token, folder) => {
      const issued = await request('POST', `${folder}/stream-ticket`, {token});
      return {ticket: issued.ticket, path: folder};
    });
    if (this.stopped || this.paused) return;
    await new Promise((resolve) => {
      const socket = wx.connectSocket({url: socketUrl(`${path}/ws?after=${this.after()}&ticket=${ticket}`)});
      let opened = false;
      let done = false;
      let pongTimer = null;
      const opening = setTimeout(() => end(), OPEN_WAIT_MS);
      const beat = setInterval(() => {
        if (!opened || pongTimer) return;
        socket.send({data: '{"type":"ping"}'});
        pongTimer = setTimeout(end, PONG_WAIT_MS);
      }, HEARTBEAT_MS);
      const end = () => {
        if (done) return;
        done = true;
        clearTimeout(opening);
        clearTimeout(pongTimer);
        clearInterval(beat);
        if (!opened && !this.stopped && !this.paused && this.connected) this.failedSockets += 1;
        this.end = null;
        socket.close({});
        resolve();
      };
      this.end = end;
      socket.onOpen(() => {
        if (done) return;
        opened = true;
        clearTimeout(opening);
        this.socket = socket;
        this.failedSockets = 0;
        this.arrived();
      });
      socket.onMessage(({data}) => {
        if (done) return;
        clearTimeout(pongTimer);
        pongTimer = null;
        const frame = JSON.parse(data);
        if (frame.type !== 'pong') this.take(frame);
      });
      socket.onClose(end);
      socket.onError(end);
    });
  }

  /** Asks for what is new every few seconds; after a minute a socket is tried again. */
  async poll() {
    for (let count = 0; count < POLLS && !this.stopped && !this.paused; count += 1) {
      const found = await this.session.call((token, path) =>
        request('GET', `${path}/messages?after=${this.after()}`, {token}),
      );
      if (!this.online) this.arrived();
      for (const message of found.messages) this.take({...message, type: 'message'});
      this.take({type: 'owner', owner: found.owner, language: found.language});
      await this.nap(POLL_MS);
    }
    this.failedSockets = FAILED_SOCKETS - 1;
  }

  arrived() {
    this.attempt = 0;
    this.say('online');
  }

  take(frame) {
    const waiting = frame.message_id && this.waiting[frame.message_id];
    if (waiting && (frame.type === 'ack' || frame.type === 'error')) {
      clearTimeout(waiting.timer);
      delete this.waiting[frame.message_id];
      if (frame.type === 'ack') waiting.resolve(frame);
      else waiting.reject(new ApiError(frame.status, frame.code, frame.retry_after, frame.challenge));
      return;
    }
    this.emit('frame', frame);
  }

  rejectWaiting() {
    for (const id of Object.keys(this.waiting)) {
      clearTimeout(this.waiting[id].timer);
      this.waiting[id].reject(new ApiError(0, 'unreachable'));
    }
    this.waiting = {};
  }

  async rest() {
    const wait = Math.max(backoffMs(this.attempt), this.retryAfterMs);
    this.retryAfterMs = 0;
    this.attempt += 1;
    await this.nap(this.paused ? null : wait);
  }

  /** Until the time is over or somebody hurries; without a time until somebody hurries. */
  nap(milliseconds) {
    return new Promise((resolve) => {
      const timer = milliseconds === null ? null : setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  say(state) {
    this.online = state === 'online';
    this.emit('state', state);
  }
}

function said({message_id, text, payload}) {
  return payload === undefined ? {message_id, text} : {message_id, payload};
}

module.exports = {Transport};
