/**
 * Keeps the desk's one WebSocket open and comes back after every break.
 *
 * It understands no frame but `pong`. Events: `frame` (detail: the frame), `open` after each connection, `state`
 * (detail: online, reconnecting, offline), `logged-out`.
 */
import {backoffMs} from '../../static/backoff.js';

const HEARTBEAT_MS = 20_000;
const PONG_WAIT_MS = 10_000;
const OPEN_WAIT_MS = 8_000;
const SESSION_OVER = 4401;

export class Live extends EventTarget {
  #attempt = 0;
  #socket = null;
  #stopped = true;
  #url;
  #wake = null;

  constructor(url) {
    super();
    this.#url = url;
    this.hurry = this.hurry.bind(this);
  }

  start() {
    if (!this.#stopped) return;
    this.#stopped = false;
    addEventListener('online', this.hurry);
    addEventListener('offline', this.cut);
    this.#run();
  }

  stop() {
    this.#stopped = true;
    removeEventListener('online', this.hurry);
    removeEventListener('offline', this.cut);
    this.cut();
    this.hurry();
  }

  cut = () => this.#socket?.close();

  /** Ends a pause before the next attempt. */
  hurry() {
    this.#wake?.();
  }

  /** Sends a frame that may get lost: typing, viewing. */
  send(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  async #run() {
    while (!this.#stopped) {
      await this.#listen();
      this.#socket = null;
      if (this.#stopped) return;
      this.#say(navigator.onLine === false ? 'offline' : 'reconnecting');
      await this.#pause(backoffMs(this.#attempt));
      this.#attempt += 1;
    }
  }

  /** Resolves when the socket has closed. */
  #listen() {
    return new Promise((resolve) => {
      const socket = new WebSocket(this.#url);
      let done = false;
      let pongTimer = null;
      const end = ({code} = {}) => {
        if (done) return;
        done = true;
        clearTimeout(opening);
        clearTimeout(pongTimer);
        clearInterval(beat);
        socket.onmessage = null;
        socket.close();
        if (code === SESSION_OVER) this.dispatchEvent(new Event('logged-out'));
        resolve();
      };
      const opening = setTimeout(end, OPEN_WAIT_MS);
      const beat = setInterval(() => {
        this.send({type: 'ping'});
        pongTimer ??= setTimeout(end, PONG_WAIT_MS);
      }, HEARTBEAT_MS);
      socket.onopen = () => {
        clearTimeout(opening);
        this.#socket = socket;
        this.#attempt = 0;
        this.#say('online');
        this.dispatchEvent(new Event('open'));
      };
      socket.onmessage = ({data}) => {
        clearTimeout(pongTimer);
        pongTimer = null;
        const frame = JSON.parse(data);
        if (frame.type !== 'pong') this.dispatchEvent(new CustomEvent('frame', {detail: frame}));
      };
      socket.onclose = end;
      socket.onerror = () => end();
    });
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
    this.dispatchEvent(new CustomEvent('state', {detail: state}));
  }
}
