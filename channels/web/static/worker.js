/**
 * Keeps the page's own files, so that it opens without a connection. The gateway puts VERSION, SHELL and LATER before it.
 *
 * It answers for the page and its static files only: nothing of the interface is ever kept or seen here. One cache a
 * version; a new version waits until the page lets it take over, so that files of two releases never mix.
 */
const CACHE = `hotline-${VERSION}`;
const HOME = new URL('./', self.location);
const FILES = new URL('static/', self.location).href;

const kept = () => caches.open(CACHE);

self.addEventListener('install', (event) => {
  const files = SHELL.map((name) => new Request(new URL(name, HOME), {cache: 'no-cache'}));
  event.waitUntil(kept().then((cache) => cache.addAll(files)));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(
          names.filter((name) => name.startsWith('hotline-') && name !== CACHE).map((name) => caches.delete(name)),
        ),
      )
      .then(() => self.clients.claim()),
  );
});

self.addEventListener('message', (event) => {
  const {data} = event;
  if (data === 'take-over') self.skipWaiting();
  else if (data?.keep)
    event.waitUntil(Promise.all([...data.keep, ...LATER.map((name) => new URL(name, HOME).href)].map(keep)));
});

/** Keeps a file of the page beyond the shell: those of the language in use, and parts that were not opened yet. */
async function keep(name) {
  if (!name.startsWith(FILES)) return;
  const cache = await kept();
  if (!(await cache.match(name))) await cache.add(new Request(name, {cache: 'no-cache'})).catch(() => null);
}

self.addEventListener('fetch', (event) => {
  const {request} = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== HOME.origin) return;
  if (request.mode === 'navigate' && url.pathname === HOME.pathname) event.respondWith(answer(HOME.href));
  else if (url.href.startsWith(FILES)) event.respondWith(answer(request));
});

/** From the cache, else from the network and into the cache. */
async function answer(request) {
  const cache = await kept();
  const found = await cache.match(request);
  if (found) return found;
  const response = await fetch(request);
  if (response.ok && response.status === 200) await cache.put(request, response.clone()).catch(() => null);
  return response;
}

/** A notice was tapped: the page comes to the front, or is opened. */
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(
    self.clients.matchAll({type: 'window', includeUncontrolled: true}).then((pages) => {
      const page = pages.find(({url}) => url.startsWith(HOME.href) && !url.includes('/desk'));
      return page ? page.focus() : self.clients.openWindow(HOME.href);
    }),
  );
});
