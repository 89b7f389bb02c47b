/**
 * The hotline on another site: `<script src="https://HOTLINE/embed.js" async></script>` puts a button at the edge of
 * the page, which opens the hotline in a frame.
 *
 * Button and frame stand in a shadow root, so neither site's styles reach the other. The hotline decides which sites
 * may show it; on any other the button opens it in a page of its own, and the console says why. Attributes of the
 * script: `data-language` (zh, en, ja, ko, ru), `data-side` (left or right), `data-colour` (of the button).
 */
(() => {
  'use strict';
  const script = document.currentScript;
  const home = new URL('./', script.src);
  const WORDS = {
    zh: ['12345 热线', '关闭', '条未读消息'],
    en: ['12345 Hotline', 'Close', 'unread'],
    ja: ['12345 ホットライン', '閉じる', '件の未読'],
    ko: ['12345 핫라인', '닫기', '개의 읽지 않은 메시지'],
    ru: ['Горячая линия 12345', 'Закрыть', 'непрочитанных'],
  };
  const asked = script.dataset.language || document.documentElement.lang || navigator.language;
  const language = Object.keys(WORDS).find((one) => asked.toLowerCase().startsWith(one));
  const [name, shut, unread] = WORDS[language ?? 'zh'];
  const side = script.dataset.side === 'left' ? 'left' : 'right';
  const colour = /^#[0-9a-f]{6}$/i.test(script.dataset.colour ?? '') ? script.dataset.colour : '#0b5a61';

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial; position: fixed; inset: auto 1rem 1rem auto; z-index: 2147483000; font: 600 17px/1.3 system-ui, sans-serif; }
    :host([data-side='left']) { inset: auto auto 1rem 1rem; }
    button { font: inherit; cursor: pointer; border: 0; border-radius: 999px; min-height: 52px; padding: 0 20px;
      background: var(--colour); color: #fff; box-shadow: 0 4px 18px rgb(0 0 0 / 30%); }
    button:focus-visible { outline: 3px solid #b45309; outline-offset: 2px; }
    b { margin-inline-start: 8px; padding: 1px 8px; border-radius: 999px; background: #a8281e; }
    [hidden] { display: none !important; }
    iframe { display: block; width: min(420px, calc(100vw - 2rem)); height: min(720px, calc(100dvh - 6.5rem)); margin-bottom: 10px;
      border: 1px solid rgb(0 0 0 / 25%); border-radius: 14px; background: #f5f3ec; box-shadow: 0 10px 40px rgb(0 0 0 / 35%); }
    @media (prefers-color-scheme: dark) { iframe { background: #11191c; } }
  `);
  const host = document.createElement('div');
  host.dataset.side = side;
  host.lang = language ?? 'zh';
  const root = host.attachShadow({mode: 'open'});
  root.adoptedStyleSheets = [sheet];
  host.style.setProperty('--colour', colour);
  const button = document.createElement('button');
  const count = document.createElement('b');
  button.type = 'button';
  button.ariaExpanded = 'false';
  count.hidden = true;
  root.append(button);
  let frame = null;
  let allowed = null;

  function label(open) {
    button.replaceChildren(open ? shut : name, count);
    button.ariaExpanded = String(open);
  }

  async function check() {
    try {
      const response = await fetch(new URL('api/v1/embed', home), {credentials: 'omit', signal: AbortSignal.timeout(8000)});
      allowed = response.ok;
      if (!allowed) console.error(`12345: ${location.origin} may not show the hotline in a frame; ask its operator to add it to HOTLINE_EMBED_ORIGINS.`);
    } catch {
      allowed = null;
    }
  }

  function make() {
    frame = document.createElement('iframe');
    const query = new URLSearchParams({origin: location.origin, ...(language ? {language} : {})});
    frame.src = new URL(`./?${query}`, home).href;
    frame.title = name;
    frame.allow = 'geolocation; microphone; clipboard-write';
    frame.referrerPolicy = 'origin';
    root.prepend(frame);
  }

  function tell(type) {
    frame?.contentWindow?.postMessage({hotline: 1, type}, home.origin);
  }

  button.addEventListener('click', async () => {
    if (allowed === null) await check();
    if (allowed === false) {
      open(home.href, '_blank', 'noopener');
      return;
    }
    if (frame) frame.hidden = !frame.hidden;
    else make();
    label(!frame.hidden);
    tell(frame.hidden ? 'closed' : 'opened');
    if (frame.hidden) return;
    count.hidden = true;
    frame.focus();
  });
  root.addEventListener('keydown', ({key}) => key === 'Escape' && frame && !frame.hidden && button.click());
  addEventListener('message', ({origin, source, data}) => {
    if (origin !== home.origin || source !== frame?.contentWindow || data?.hotline !== 1) return;
    if (data.type !== 'unread') return;
    count.hidden = !data.count || !frame.hidden;
    count.textContent = data.count;
    count.ariaLabel = `${data.count} ${unread}`;
  });
  label(false);
  const place = () => document.body.append(host);
  if (document.body) place();
  else addEventListener('DOMContentLoaded', place, {once: true});
  check();
})();
