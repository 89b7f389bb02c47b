/**
 * Starts the page: chooses the first language, loads its words, then lets the components loose.
 *
 * Until then the page's HTML has a message box of its own; a word of an input method in it is waited for, not for long:
 * the keyboards of phones leave their last word open, and the box holds it as far as it is written.
 */
import {LANGUAGES, preferred, t, use} from './i18n.js';
import {elderMode, rememberedLanguage} from './session.js';

const COMPOSING_MS = 1_500;

const first = document.querySelector('.first textarea');
let composing = false;
first.addEventListener('compositionupdate', () => (composing = true));
first.addEventListener('compositionend', () => (composing = false));
const asked = new URLSearchParams(location.search).get('language');
const language = rememberedLanguage() ?? (LANGUAGES.includes(asked) ? asked : preferred(navigator.languages));
document.documentElement.lang = language;
document.documentElement.toggleAttribute('data-elder', elderMode());
const words = use(language).then(() => first.setAttribute('aria-label', t('write')));
const [{Chat}] = await Promise.all([import('./chat.js'), words, import('./components/hotline-app.js')]);
if (composing)
  await new Promise((resolve) => {
    first.addEventListener('compositionend', resolve, {once: true});
    setTimeout(resolve, COMPOSING_MS);
  });
document.querySelector('hotline-app').start(new Chat(language), first);
