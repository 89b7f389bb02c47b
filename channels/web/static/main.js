/**
 * Starts the page: chooses the first language, loads its words, then lets the components loose.
 */
import {preferred, use} from './i18n.js';
import {rememberedLanguage} from './session.js';

const language = rememberedLanguage() ?? preferred(navigator.languages);
document.documentElement.lang = language;
const [{Chat}] = await Promise.all([import('./chat.js'), use(language), import('./components/hotline-app.js')]);
const app = document.querySelector('hotline-app');
app.replaceChildren();
app.start(new Chat(language));
