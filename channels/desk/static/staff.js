/**
 * Tickets as staff sees them (`/api/v1/staff`): lists, one ticket, its next steps, notes, audits and reveals.
 *
 * Each call gives what the server says or rejects with a DeskError. Only the table of steps is kept.
 */
import {newId} from '../../static/outbox.js';

const ROOT = '../staff/';
const one = (number) => `${ROOT}tickets/${encodeURIComponent(number)}`;

export class Staff {
  #api;
  #calls = null;

  constructor(desk) {
    this.#api = desk.api;
  }

  tickets = (query) => this.#api.get(`${ROOT}tickets?${new URLSearchParams(query)}`);
  ticket = (number) => this.#api.get(one(number));
  /** The likeliest categories of a ticket's text, and what speaks for the first. */
  evidence = (number) => this.#api.get(`${one(number)}/evidence`);

  /** The steps this person may take, by name, each with its fields. */
  async calls() {
    this.#calls ??= new Map((await this.#api.get(`${ROOT}calls`)).calls.map((call) => [call.name, call]));
    return this.#calls;
  }

  /** Takes a step, once a key, on the version that was seen. */
  give = (number, path, body, language) => this.#post(`${one(number)}/${path}?language=${language}`, body);
  audit = (number, reply, language) => this.#api.post(`${one(number)}/audit?language=${language}`, {reply});
  note = (number, text) => this.#post(`${one(number)}/notes`, {text});
  reveal = (number, purpose) => this.#api.post(`${one(number)}/reveal`, {purpose});

  forget() {
    this.#calls = null;
  }

  #post(path, body) {
    return this.#api.post(path, body, {'Idempotency-Key': newId()});
  }
}
