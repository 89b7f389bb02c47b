/**
 * Keeps one live stream of the conversation open and hands messages to the server.
 *
 * A WebSocket with a one-use ticket; where upgrades fail although HTTP works, Server-Sent Events and POST. After a
 * break it comes back with `after=` the last number, so nothing is lost. It keeps no messages and decides nothing
 * about them. Events: `frame` (detail: the frame), `state` (detail: online, reconnecting, offline), `gone`.
 */
import {ApiError} from './api.js';
import {backoffMs} from './backoff.js';

const HEARTBEAT_MS = 20_000;
const PONG_WAIT_MS = 10_000;
const OPEN_WAIT_MS = 8_000;
const ACK_WAIT_MS = 20_000;
const FAILED_UPGRADES = 2;
const SSE_EVENTS = ['message', 'typing', 'owner', 'ack', 'ping'];

const refusal = ({status = 422, code = 'refused', retry_after: seconds = null, challenge = null}) =>
  new ApiError(status, code, seconds, challenge);

export class Transport extends EventTarget {
  online = false;
  #after;
  #api;
  #attempt = 0;
  #close = null;
  #failedUpgrades = 0;
  #retryAfterMs = 0;
  #socket = null;
  #stopped = false;
  #waiting = new Map();
  #wake = null;

  /**
   * @param api the Api of an opened conversation
   * @param after gives the number of the last message that was seen
   */
  constructor(api, after) {
    super();
    this.#api = api;
    this.#after = after;
  }

  get mode() {
    return this.#failedUpgrades >= FAILED_UPGRADES ? 'sse' : 'ws';
  }

  start() {
    this.hurry = this.hurry.bind(this);
    this.lostNetwork = () => this.#close?.();
    this.shown = () => document.visibilityState === 'visible' && this.hurry();
    addEventListener('online', this.hurry);
    addEventListener('offline', this.lostNetwork);
    document.addEventListener('visibilitychange', this.shown);
    this.#run();
  }

  stop() {
    this.#stopped = true;
    removeEventListener('online', this.hurry);
    removeEventListener('offline', this.lostNetwork);
    document.removeEventListener('visibilitychange', this.shown);
    this.#close?.();
    this.hurry();
  }

  /** Ends a pause before the next attempt. */
  hurry() {
    this.#wake?.();
  }

  /**
   * Hands one message over: `{seq, refused}` once the server has stored it.
   *
   * Rejects with an ApiError; status 0 means that it is not known whether the server got it.
   */
  async deliver(entry) {
    if (this.mode === 'sse') return this.#post(entry);
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) throw new ApiError(0, 'unreachable');
    const {message_id, text, payload} = entry;
    const acknowledged = new Promise((resolve, reject) => {
      const timer = setTimeout(() => socket.close(), ACK_WAIT_MS);
      this.#waiting.set(message_id, {resolve, reject, timer});
    });
    socket.send(JSON.stringify({type: 'message', message_id, ...(payload === undefined ? {text} : {payload})}));
    return acknowledged;
  }

  /** Says that the citizen is writing; lost without harm. */
  typing() {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send('{"type":"typing"}');
  }

  async #post(entry) {
    this.#take({type: 'typing'});
    const answer = await this.#api.send(entry);
    for (const message of answer.messages ?? []) this.#take({...message, type: 'message'});
    if (answer.owner) this.#take({type: 'owner', owner: answer.owner, language: answer.language});
    return {seq: answer.seq, refused: answer.refused};
  }

  async #run() {
    while (!this.#stopped) {
      try {
        const ticket = await this.#api.streamTicket();
        if (this.#stopped) return;
        await (this.mode === 'ws' ? this.#listenSocket(ticket) : this.#listenEvents(ticket));
      } catch (error) {
        if (error.gone) {
          this.stop();
          this.dispatchEvent(new Event('gone'));
          return;
        }
        this.#failedUpgrades = this.mode === 'sse' ? FAILED_UPGRADES : 0;
        this.#retryAfterMs = (error.retryAfterSeconds ?? 0) * 1000;
      }
      this.#socket = null;
      this.#rejectWaiting();
      if (this.#stopped) return;
      this.#say(navigator.onLine === false ? 'offline' : 'reconnecting');
      await this.#pause(Math.max(backoffMs(this.#attempt), this.#retryAfterMs));
      this.#retryAfterMs = 0;
      this.#attempt += 1;
    }
  }

  /** Resolves when the socket has closed. */
  #listenSocket(ticket) {
    return new Promise((resolve) => {
      const socket = new WebSocket(this.#api.streamUrl('ws', ticket, this.#after()));
      let opened = false;
      let answers = false;
      let pongTimer = null;
      let done = false;
      const opening = setTimeout(() => end(), OPEN_WAIT_MS);
      const beat = setInterval(() => {
        if (!opened) return;
        socket.send('{"type":"ping"}');
        if (answers) pongTimer ??= setTimeout(end, PONG_WAIT_MS);
      }, HEARTBEAT_MS);
      const end = () => {
        if (done) return;
        done = true;
        clearTimeout(opening);
        clearTimeout(pongTimer);
        clearInterval(beat);
        if (!opened && !this.#stopped && navigator.onLine !== false) this.#failedUpgrades += 1;
        this.#close = null;
        socket.onmessage = null;
        socket.close();
        resolve();
      };
      this.#close = end;
      socket.onopen = () => {
        opened = true;
        clearTimeout(opening);
        this.#socket = socket;
        this.#failedUpgrades = 0;
        this.#online();
      };
      socket.onmessage = ({data}) => {
        clearTimeout(pongTimer);
        pongTimer = null;
        const frame = JSON.parse(data);
        if (frame.type === 'pong') answers = true;
        else this.#take(frame);
      };
      socket.onclose = end;
      socket.onerror = end;
    });
  }

  /** Resolves when the stream has broken; a used ticket makes the browser's own reconnection useless. */
  #listenEvents(ticket) {
    return new Promise((resolve) => {
      const source = new EventSource(this.#api.streamUrl('events', ticket, this.#after()));
      const end = () => {
        source.close();
        this.#close = null;
        resolve();
      };
      this.#close = end;
      source.onopen = () => this.#online();
      source.onerror = end;
      for (const name of SSE_EVENTS) {
        source.addEventListener(name, ({data}) => data && this.#take(JSON.parse(data)));
      }
    });
  }

  #online() {
    this.#attempt = 0;
    this.#say('online');
  }

  #take(frame) {
    const waiting = frame.message_id && this.#waiting.get(frame.message_id);
    if (waiting && (frame.type === 'ack' || frame.type === 'error')) {
      clearTimeout(waiting.timer);
      this.#waiting.delete(frame.message_id);
      if (frame.type === 'ack') waiting.resolve(frame);
      else waiting.reject(refusal(frame));
      return;
    }
    this.dispatchEvent(new CustomEvent('frame', {detail: frame}));
  }

  #rejectWaiting() {
    for (const {reject, timer} of this.#waiting.values()) {
      clearTimeout(timer);
      reject(new ApiError(0, 'unreachable'));
    }
    this.#waiting.clear();
  }

  #pause(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #say(state) {
    this.online = state === 'online';
    this.dispatchEvent(new CustomEvent('state', {detail: state}));
  }
}
