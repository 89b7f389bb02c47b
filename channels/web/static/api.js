/**
 * The gateway's HTTP calls.
 *
 * It keeps no state but the conversation it speaks for, shows nothing and tries nothing twice.
 */

const ROOT = new URL('api/v1/', document.baseURI);
const OPENING = 'conversations';
const WAIT_MS = 15_000;
const TURN_WAIT_MS = 60_000;
const UPLOAD_WAIT_MS = 180_000;
const HEAR_WAIT_MS = 45_000;

/** `status` 0 means that the server was not reached. */
export class ApiError extends Error {
  /** @param challenge a proof of work that the server wants before it takes more */
  constructor(status, code, retryAfterSeconds = null, challenge = null) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
    this.challenge = challenge;
  }

  /** The conversation cannot be opened with this token any more. */
  get gone() {
    return [401, 403, 404, 410].includes(this.status) && !this.challenge;
  }

  /** The same request may succeed later. */
  get passing() {
    return this.challenge !== null || this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

export class Api {
  /** @param prove finds the solution of a challenge: (challenge) => Promise<string>; where it fails, it may not later */
  constructor(prove) {
    this.session = null;
    this.prove = (challenge) =>
      prove(challenge).catch(() => {
        throw new ApiError(0, 'unproven');
      });
  }

  /** Does the work that the server asks for, so that what it refused can be sent again. */
  async answer(challenge) {
    const solution = await this.prove(challenge);
    await this.#call('POST', `${this.#conversation}/challenge`, {json: {solution}, proven: true});
  }

  async open(language) {
    const json = {channel: 'web', language};
    const opened = await this.#call('POST', OPENING, {json, anonymous: true});
    this.session = {id: opened.conversation_id, token: opened.token};
    return {...this.session, language: opened.language};
  }

  /** Everything after `seq`, page by page. */
  async messages(seq) {
    const found = {messages: []};
    for (let after = seq; ;) {
      const page = await this.#call('GET', `${this.#conversation}/messages?after=${after}`);
      const fresh = (page.messages ?? []).filter((message) => message.seq > after);
      found.messages.push(...fresh);
      Object.assign(found, {owner: page.owner ?? found.owner, language: page.language ?? found.language});
      if (!fresh.length || page.more === false) return found;
      after = fresh.at(-1).seq;
    }
  }

  send({message_id, text, payload}) {
    const body = payload === undefined ? {message_id, text} : {message_id, payload};
    return this.#call('POST', `${this.#conversation}/messages`, {json: body, wait: TURN_WAIT_MS});
  }

  async streamTicket() {
    return (await this.#call('POST', `${this.#conversation}/stream-ticket`)).ticket;
  }

  streamUrl(kind, ticket, after) {
    const query = new URLSearchParams({after, ticket});
    const url = new URL(`${this.#conversation}/${kind}?${query}`, ROOT);
    if (kind === 'ws') url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    return url.href;
  }

  attach(messageId, file) {
    const form = new FormData();
    form.append('message_id', messageId);
    form.append('file', file, file.name);
    return this.#call('POST', `${this.#conversation}/attachments`, {body: form, wait: UPLOAD_WAIT_MS});
  }

  /** Gives the place in the queue up. */
  cancelWaiting() {
    return this.#call('POST', `${this.#conversation}/queue/cancel`, {json: {}});
  }

  /** Judges the talk with a person: `{handoff_id, score, solved}`. */
  rate(rating) {
    return this.#call('POST', `${this.#conversation}/rating`, {json: rating});
  }

  /** A file of the conversation, as a Blob. */
  file(attachmentId) {
    const path = `${this.#conversation}/attachments/${encodeURIComponent(attachmentId)}`;
    return this.#call('GET', path, {wait: UPLOAD_WAIT_MS, blob: true});
  }

  /** What the citizen may see of a ticket: by the four digits if given, else as the conversation's own. */
  ticket(number, phoneLast4 = null) {
    const path = `tickets/${encodeURIComponent(number)}`;
    if (phoneLast4 === null) return this.#call('GET', path);
    return this.#call('GET', `${path}?phone_last4=${encodeURIComponent(phoneLast4)}`, {anonymous: true});
  }

  /** What this conversation filed or follows, newest first. */
  async tickets() {
    return (await this.#call('GET', `${this.#conversation}/tickets`)).tickets;
  }

  /** Urges, adds to, withdraws or judges a ticket (`what`); gives the ticket as it stands then. */
  wish(number, what, json) {
    return this.#call('POST', `tickets/${encodeURIComponent(number)}/${what}`, {json});
  }

  /** How the citizen hears of tickets beside the conversation. */
  newsWishes() {
    return this.#call('GET', `${this.#conversation}/preferences`);
  }

  /** Changes what is named; gives all as it stands then. */
  wishNews(json) {
    return this.#call('PUT', `${this.#conversation}/preferences`, {json});
  }

  /** What lies at a point, in words of `language`. */
  places({latitude, longitude}, language) {
    const query = new URLSearchParams({latitude, longitude, language});
    return this.#call('GET', `places?${query}`, {anonymous: true});
  }

  /** What a sketch of the city is drawn from, or null. */
  async map(language) {
    return (await this.#call('GET', `map?language=${language}`, {anonymous: true})).map;
  }

  /** What this hotline offers beyond writing. */
  facts() {
    return this.#call('GET', 'page', {anonymous: true});
  }

  /** The words of a sound. */
  async transcribe(sound, language) {
    const path = `${this.#conversation}/transcription?language=${language}`;
    const heard = await this.#call('POST', path, {body: sound, type: sound.type.split(';')[0], wait: HEAR_WAIT_MS});
    return heard.text;
  }

  get #conversation() {
    return `conversations/${this.session.id}`;
  }

  async #call(method, path, options = {}) {
    const {json, body, type, anonymous = false, wait = WAIT_MS, blob = false, proven = false} = options;
    const headers = {Accept: 'application/json'};
    if (!anonymous && this.session) headers.Authorization = `Bearer ${this.session.token}`;
    if (json !== undefined) headers['Content-Type'] = 'application/json';
    else if (type) headers['Content-Type'] = type;
    let response;
    let content;
    try {
      response = await fetch(new URL(path, ROOT), {
        method,
        headers,
        body: json === undefined ? body : JSON.stringify(json),
        signal: AbortSignal.timeout(wait),
        cache: 'no-store',
        credentials: 'omit',
      });
      content = blob && response.ok ? await response.blob() : await response.json().catch(() => ({}));
    } catch {
      throw new ApiError(0, 'unreachable');
    }
    if (response.ok) return content;
    if (content.challenge && !proven) return this.#again(method, path, options, content.challenge);
    const retryAfter = Number.parseFloat(response.headers.get('Retry-After'));
    const seconds = Number.isFinite(retryAfter) ? retryAfter : null;
    throw new ApiError(response.status, content.code ?? 'http_error', seconds, content.challenge ?? null);
  }

  /** The same call once more, after the work that was asked for. */
  async #again(method, path, options, challenge) {
    if (path === OPENING) {
      const json = {...options.json, solution: await this.prove(challenge)};
      return this.#call(method, path, {...options, json, proven: true});
    }
    await this.answer(challenge);
    return this.#call(method, path, {...options, proven: true});
  }
}
