/**
 * What the page adds once it stands: works without a connection, tells of news while it is hidden, speaks with the
 * site that shows it in a frame. Nothing here is needed to write the first message.
 */
import {t} from './i18n.js';

const FRESH_MS = 10_000;

/** Whether the page stands in a frame of another page. */
export const framed = () => globalThis.parent !== globalThis;

/** Keeps the page for times without a connection. A new release is taken right after the start, or at the next one. */
export async function keepShell() {
  if (!navigator.serviceWorker || framed()) return;
  try {
    const known = Boolean(navigator.serviceWorker.controller);
    const registration = await navigator.serviceWorker.register('sw.js');
    const take = () => {
      if (known && registration.waiting && performance.now() < FRESH_MS) registration.waiting.postMessage('take-over');
    };
    if (known) navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), {once: true});
    registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', take));
    take();
    const ready = await navigator.serviceWorker.ready;
    const used = performance.getEntriesByType('resource').map(({name}) => name);
    ready.active.postMessage({keep: used.filter((name) => name.includes('/static/'))});
  } catch {
    // the page works without, as long as there is a connection
  }
}

/** Names the page's manifest, in the language it is installed in. */
export function offerInstalling(language) {
  let link = document.querySelector('link[rel=manifest]');
  if (!link) {
    link = document.createElement('link');
    link.rel = 'manifest';
    document.head.append(link);
  }
  link.href = `manifest/${language}.webmanifest`;
}

/** Counts what comes while the page is hidden: in its title, in the frame's button, and as a notice of the system. */
export class News {
  #count = 0;
  #host = null;

  constructor(chat) {
    const origin = new URLSearchParams(location.search).get('origin');
    if (framed() && origin) {
      this.#host = origin;
      addEventListener('message', (event) => this.#fromHost(event));
      this.#tellHost({type: 'ready'});
    }
    chat.addEventListener('arrived', ({detail}) => this.#arrived(detail));
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.#seen());
  }

  #arrived(message) {
    if (document.visibilityState === 'visible' && !this.away) return;
    this.#show(this.#count + 1);
    this.#notify(message);
  }

  #seen() {
    if (!this.away) this.#show(0);
  }

  #show(count) {
    this.#count = count;
    const title = document.title.replace(/^\(\d+\) /, '');
    document.title = count ? `(${count}) ${title}` : title;
    this.#tellHost({type: 'unread', count});
  }

  async #notify({text, language}) {
    if (globalThis.Notification?.permission !== 'granted') return;
    const registration = await navigator.serviceWorker?.getRegistration();
    await registration?.showNotification(`12345 ${t('name')}`, {
      body: text,
      lang: language,
      tag: 'hotline',
      renotify: true,
      icon: 'static/icon-192.png',
    });
  }

  #tellHost(message) {
    if (this.#host) parent.postMessage({hotline: 1, ...message}, this.#host);
  }

  /** The site says whether its frame is open; nothing else is taken from it. */
  #fromHost({origin, source, data}) {
    if (origin !== this.#host || source !== parent || data?.hotline !== 1) return;
    this.away = data.type === 'closed';
    if (!this.away) this.#show(0);
  }
}
