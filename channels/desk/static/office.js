/**
 * The desk's lists and its administration: board, call-backs, what was not delivered, accounts, shifts, replies, modes.
 *
 * Each call gives what the server says or rejects with a DeskError; nothing is kept here.
 */
import {newId} from '../../static/outbox.js';

const one = (path, id) => `${path}/${encodeURIComponent(id)}`;

export class Office {
  #api;
  #desk;

  constructor(desk) {
    this.#desk = desk;
    this.#api = desk.api;
  }

  async board() {
    const board = await this.#api.get('board');
    this.#desk.store.set({board});
    return board;
  }

  callbacks = async () => (await this.#api.get('callbacks')).callbacks ?? [];
  callbackPhone = async (id) => (await this.#api.post(`${one('callbacks', id)}/reveal`, {})).phone;
  callbackAnswered = (id, answers) => this.#api.post(`${one('callbacks', id)}/done`, answers);
  callbackDone = (id, result) => this.#api.post(`${one('callbacks', id)}/done`, {result});

  undelivered = async () => (await this.#api.get('dead-letters')).dead_letters ?? [];
  deliverAgain = (id) => this.#api.post(`${one('dead-letters', id)}/retry`);
  dropUndelivered = (id) => this.#api.delete(one('dead-letters', id));

  agents = async () => (await this.#api.get('agents')).agents ?? [];
  saveAgent = ({id, ...values}) => (id ? this.#api.patch(one('agents', id), values) : this.#api.post('agents', values));

  shifts = async () => (await this.#api.get('shifts')).shifts ?? [];
  saveShifts = (shifts) => this.#api.put('shifts', {shifts});

  async canned() {
    const {canned} = await this.#api.get('canned');
    this.#desk.store.set({canned: canned ?? []});
    return canned ?? [];
  }

  saveCanned = ({id, ...values}) => this.#api.put(one('canned', id ?? newId()), values);
  dropCanned = (id) => this.#api.delete(one('canned', id));

  settings = () => this.#api.get('settings');
  saveSettings = (settings) => this.#api.put('settings', settings);

  beginTotp = () => this.#api.post('session/totp');
  confirmTotp = (code) => this.#api.put('session/totp', {code});
  endTotp = (password) => this.#api.delete('session/totp', {password});
  changePassword = (old, fresh) => this.#api.put('session/password', {old, new: fresh});
}
