/**
 * The desk's own words in five languages, beside those of the citizen page (natures, states, categories, units).
 *
 * What citizens and the hotline say comes from the server and is not here.
 */
import * as citizens from '../../static/i18n.js';

export {
  LANGUAGES,
  NAMES,
  allCategories,
  allUnits,
  categoryName,
  cityName,
  language,
  locale,
  preferred,
  unitName,
} from '../../static/i18n.js';

const loaded = new Map();
let current = {};

/** Fires `change` when another language is used. */
export const words = new EventTarget();

async function fetchWords(language) {
  const response = await fetch(new URL(`i18n/${language}.json`, import.meta.url));
  if (!response.ok) throw new Error(`i18n/${language}.json: ${response.status}`);
  return response.json();
}

/** Makes `language` the current one. Rejects when its words cannot be loaded; the old ones stay then. */
export async function use(language) {
  if (!loaded.has(language)) {
    const [own] = await Promise.all([fetchWords(language), citizens.use(language), citizens.loadMore(language)]);
    loaded.set(language, own);
  }
  await citizens.use(language);
  current = loaded.get(language);
  document.documentElement.lang = language;
  words.dispatchEvent(new Event('change'));
}

/** The sentence of `key`, `{name}` replaced by `values.name`. */
export function t(key, values = {}) {
  return (current[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export const known = (key) => key in current;

/** A word of a closed list, the desk's own or the citizen page's; the id itself where there is none. */
export function word(kind, id) {
  const key = `${kind}_${id}`;
  if (key in current) return current[key];
  return citizens.known(key) ? citizens.t(key) : (id ?? '');
}

/** The name of one of the five languages, in the reader's language. */
export const languageName = (id) => word('language', id);
