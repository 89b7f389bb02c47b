/**
 * The desk's HTTP calls (`/api/v1/desk`), with the session's cookie and its CSRF token.
 *
 * It keeps nothing but that token, shows nothing and tries nothing twice. Fires `logged-out` when the session is over.
 */
import {ApiError} from '../../static/api.js';
import {serverTime} from './waiting.js';

const ROOT = new URL('api/v1/desk/', document.baseURI);
const WAIT_MS = 15_000;
const UPLOAD_WAIT_MS = 180_000;

/** What the server refused; `problem` is its problem document. */
export class DeskError extends ApiError {
  constructor(status, code, retryAfterSeconds = null, problem = {}) {
    super(status, code, retryAfterSeconds);
    this.problem = problem;
  }
}

export class DeskApi extends EventTarget {
  csrf = null;

  get = (path) => this.#call('GET', path);
  post = (path, json = {}, more = {}) => this.#call('POST', path, {json, more});
  put = (path, json = {}) => this.#call('PUT', path, {json});
  patch = (path, json = {}) => this.#call('PATCH', path, {json});
  delete = (path, json = undefined) => this.#call('DELETE', path, {json});

  /** Sends a file as `file`, under a `message_id` that makes a repeat harmless. */
  upload(path, messageId, file) {
    const form = new FormData();
    form.append('message_id', messageId);
    form.append('file', file, file.name);
    return this.#call('POST', path, {body: form, wait: UPLOAD_WAIT_MS});
  }

  url(path) {
    return new URL(path, ROOT).href;
  }

  socketUrl() {
    const url = new URL('ws', ROOT);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    return url.href;
  }

  async #call(method, path, {json, body, more = {}, wait = WAIT_MS} = {}) {
    const headers = {Accept: 'application/json', ...more};
    if (json !== undefined) headers['Content-Type'] = 'application/json';
    if (method !== 'GET' && this.csrf) headers['X-CSRF-Token'] = this.csrf;
    let response;
    let content;
    try {
      response = await fetch(new URL(path, ROOT), {
        method,
        headers,
        body: json === undefined ? body : JSON.stringify(json),
        signal: AbortSignal.timeout(wait),
        cache: 'no-store',
        credentials: 'same-origin',
      });
      content = response.status === 204 ? {} : await response.json().catch(() => ({}));
    } catch {
      throw new DeskError(0, 'unreachable');
    }
    serverTime(response.headers.get('Date'));
    if (content?.csrf) this.csrf = content.csrf;
    if (response.ok) return content;
    if (response.status === 401 && path !== 'session') this.dispatchEvent(new Event('logged-out'));
    const retryAfter = Number.parseFloat(response.headers.get('Retry-After'));
    throw new DeskError(
      response.status,
      content?.code ?? 'http_error',
      Number.isFinite(retryAfter) ? retryAfter : null,
      content ?? {},
    );
  }
}
