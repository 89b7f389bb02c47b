/**
 * One person at the desk: the session, the live picture, what is on the screen.
 *
 * It wires api, live stream, store and sound together. It draws nothing; commands about one conversation are in
 * `talk.js`, lists and administration in `office.js`.
 */
import {DeskApi, DeskError} from './api.js';
import {use} from './i18n.js';
import {Live} from './live.js';
import {forgetTexts, rememberLanguage} from './memory.js';
import {Office} from './office.js';
import {problemKey, problemValues} from './problems.js';
import {hashOf, routeOf} from './routes.js';
import {Sound} from './sound.js';
import {Staff} from './staff.js';
import {EMPTY, Store, withFrame, withPicture} from './store.js';
import {Talk} from './talk.js';
import {backoffMs} from '../../static/backoff.js';

const TOAST_MS = 6_000;

export class Desk {
  api = new DeskApi();
  sound = new Sound();
  store = new Store();
  talk = new Talk(this);
  office = new Office(this);
  staff = new Staff(this);
  #held = null;
  #live = new Live(this.api.socketUrl());
  #toastTimer = null;

  constructor() {
    this.api.addEventListener('logged-out', () => this.#loggedOut());
    this.sound.addEventListener('change', () => this.#ring());
    this.#live.addEventListener('frame', ({detail}) => this.#take(detail));
    this.#live.addEventListener('open', () => this.#refresh());
    this.#live.addEventListener('state', ({detail}) => this.store.set({connection: detail}));
    this.#live.addEventListener('logged-out', () => this.#loggedOut());
    addEventListener('hashchange', () => this.#follow());
  }

  get state() {
    return this.store.state;
  }

  /** Takes up the session of this browser, if there is one. Tries until the server answers. */
  async start() {
    for (let attempt = 0; ; attempt += 1) {
      try {
        this.#open(await this.api.get('session'));
        return;
      } catch (error) {
        if (error.status === 401 || error.status === 403) {
          const failed = new URLSearchParams(location.search).get('signin') === 'oidc_failed';
          this.store.set({phase: 'login', settings: error.problem.settings ?? {}, signinProblem: failed});
          return;
        }
        this.store.set({connection: 'reconnecting'});
        await new Promise((resolve) => setTimeout(resolve, backoffMs(attempt)));
      }
    }
  }

  /** Rejects with a DeskError: `login_failed`, `totp_required`, or 429. */
  async login(username, password, totp = undefined) {
    await this.api.post('session', {username, password, ...(totp ? {totp} : {})});
    this.#open(await this.api.get('session'));
  }

  async logout() {
    forgetTexts();
    try {
      await this.api.delete('session');
    } finally {
      this.#loggedOut();
    }
  }

  async speak(language) {
    await use(language);
    rememberLanguage(language);
  }

  async setPresence(presence) {
    await this.attempt(async () => {
      await this.api.put('presence', {state: presence});
      this.store.update((state) => ({...state, me: {...state.me, presence}}));
    });
  }

  /** Shows a view; the address says which. */
  go(view, id = null) {
    const hash = hashOf({view, id});
    if (location.hash === hash) this.#follow();
    else location.hash = hash;
  }

  ask(kind, id = null) {
    this.store.set({dialog: {kind, id}});
  }

  /** Ends what was asked, unless something else is asked by now. */
  endAsking(asked) {
    if (this.state.dialog === asked) this.store.set({dialog: null});
  }

  say(key, values = {}, bad = false) {
    clearTimeout(this.#toastTimer);
    this.store.set({toast: {key, values, bad}});
    this.#toastTimer = setTimeout(() => this.store.set({toast: null}), bad ? 2 * TOAST_MS : TOAST_MS);
  }

  endSaying() {
    clearTimeout(this.#toastTimer);
    this.store.set({toast: null});
  }

  /** Runs what a button orders; a refusal is said and swallowed, since nothing more can be done about it here. */
  async attempt(order) {
    try {
      return await order();
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      this.refuse(error);
      return undefined;
    }
  }

  refuse(error) {
    this.say(problemKey(error), problemValues(error), true);
  }

  async acknowledge(alertId) {
    await this.attempt(async () => {
      await this.api.post(`alerts/${encodeURIComponent(alertId)}/acknowledge`);
      this.store.update((state) => ({...state, alerts: state.alerts.filter(({id}) => id !== alertId)}));
    });
    this.#ring();
  }

  hurry() {
    this.#live.hurry();
  }

  send(frame) {
    this.#live.send(frame);
  }

  #open({agent, csrf, settings}) {
    this.api.csrf = csrf ?? this.api.csrf;
    this.store.set({phase: 'open', me: agent, settings: settings ?? {}, route: routeOf(location.hash), toast: null});
    this.#live.start();
  }

  #loggedOut() {
    if (this.state.phase === 'login') return;
    this.#live.stop();
    this.sound.alarm(false);
    this.staff.forget();
    this.api.csrf = null;
    this.store.set({...EMPTY, phase: 'login', settings: this.state.settings, route: this.state.route});
  }

  /** After each connection: the whole picture; frames that come meanwhile are applied after it. */
  async #refresh() {
    this.#held = [];
    try {
      const picture = await this.api.get('state');
      this.store.update((state) => withPicture(state, picture));
    } catch {
      this.#live.cut(); // comes back, and then the picture too
    } finally {
      const held = this.#held ?? [];
      this.#held = null;
      held.forEach((frame) => this.#take(frame));
    }
    this.#ring();
    this.talk.resume();
    this.#follow();
  }

  #take(frame) {
    if (this.#held) {
      this.#held.push(frame);
      return;
    }
    if (frame.type === 'signed_out') return this.#loggedOut();
    const before = this.state;
    this.store.update((state) => withFrame(state, frame));
    if (frame.type === 'queue') this.#greet(before);
    if (frame.type === 'alert') this.#ring();
    this.talk.heard(frame, before);
  }

  /** A soft sound when somebody new waits for an agent who is there. */
  #greet(before) {
    const me = this.state.me?.id;
    const keyOf = (entry) => `${entry.conversation_id} ${entry.offered_to?.id === me}`;
    const known = new Set(before.queue.map(keyOf));
    const fresh = this.state.queue.some((entry) => entry.may_accept && !known.has(keyOf(entry)));
    if (fresh && this.state.me?.presence === 'available') this.sound.soft();
  }

  #ring() {
    this.sound.alarm(this.state.phase === 'open' && this.state.alerts.length > 0);
    this.store.set({});
  }

  #follow() {
    if (this.state.phase !== 'open') return;
    const route = routeOf(location.hash);
    this.store.set({route});
    if (route.view === 'work' && route.id) this.talk.show(route.id);
    else this.talk.leaveScreen();
  }
}
