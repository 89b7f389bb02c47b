/**
 * Starts the page: chooses the first language, loads its words, then lets the components loose.
 *
 * Until then the page's HTML has a message box of its own; a word of an input method in it is waited for.
 */
import {LANGUAGES, preferred, use} from './i18n.js';
import {elderMode, rememberedLanguage} from './session.js';

const first = document.querySelector('.first textarea');
let composing = false;
first.addEventListener('compositionupdate', () => (composing = true));
first.addEventListener('compositionend', () => (composing = false));
const asked = new URLSearchParams(location.search).get('language');
const language = rememberedLanguage() ?? (LANGUAGES.includes(asked) ? asked : preferred(navigator.languages));
document.documentElement.lang = language;
document.documentElement.toggleAttribute('data-elder', elderMode());
const [{Chat}] = await Promise.all([import('./chat.js'), use(language), import('./components/hotline-app.js')]);
while (composing) await new Promise((resolve) => first.addEventListener('compositionend', resolve, {once: true}));
document.querySelector('hotline-app').start(new Chat(language), first);
