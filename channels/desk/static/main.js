/**
 * Starts the desk: loads the words of the language last used here, then lets the components loose.
 */
import {preferred, use} from './i18n.js';
import {rememberedLanguage} from './memory.js';

const language = rememberedLanguage() ?? preferred(navigator.languages);
document.documentElement.lang = language;
const [{Desk}] = await Promise.all([import('./desk.js'), use(language), import('./components/desk-app.js')]);
const app = document.querySelector('desk-app');
app.replaceChildren();
app.start(new Desk());
