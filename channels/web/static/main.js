/**
 * Starts the page: chooses the first language, loads its words, then lets the components loose.
 */
import {LANGUAGES, preferred, use} from './i18n.js';
import {elderMode, rememberedLanguage} from './session.js';

const asked = new URLSearchParams(location.search).get('language');
const language = rememberedLanguage() ?? (LANGUAGES.includes(asked) ? asked : preferred(navigator.languages));
document.documentElement.lang = language;
document.documentElement.toggleAttribute('data-elder', elderMode());
const [{Chat}] = await Promise.all([import('./chat.js'), use(language), import('./components/hotline-app.js')]);
const app = document.querySelector('hotline-app');
app.replaceChildren();
app.start(new Chat(language));
