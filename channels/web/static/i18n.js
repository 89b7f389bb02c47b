/**
 * The page's own words in five languages.
 *
 * Two flat files a language, one for the first look and one for the rest; what the hotline says comes from the server
 * and is not here.
 */

export const LANGUAGES = ['zh', 'en', 'ja', 'ko', 'ru'];
export const NAMES = {zh: '中文', en: 'English', ja: '日本語', ko: '한국어', ru: 'Русский'};
const LOCALES = {zh: 'zh-CN', en: 'en-GB', ja: 'ja-JP', ko: 'ko-KR', ru: 'ru-RU'};

const NOTHING = {words: {}, city: {categories: {}, units: {}}};
const loaded = new Map();
let more = null; // further words and names of the city by language, once a part of the page wants them
let current = {language: 'zh', words: {}};

/** The first of the five among the browser's languages; Chinese when there is none. */
export function preferred(tags) {
  for (const tag of tags ?? []) {
    const language = tag.toLowerCase().split('-')[0];
    if (LANGUAGES.includes(language)) return language;
  }
  return 'zh';
}

async function fetchJson(path) {
  const response = await fetch(new URL(path, import.meta.url));
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

/** Makes `language` the current one. Rejects when its words cannot be loaded; the old ones stay then. */
export async function use(language) {
  if (!loaded.has(language)) loaded.set(language, {language, words: await fetchJson(`i18n/${language}.json`)});
  if (more) await loadMore(language);
  current = loaded.get(language);
}

/** Loads what the first look does not need: words of cards and dialogs, names of the city's categories and units. */
export async function loadMore(language = current.language) {
  more ??= new Map();
  if (more.has(language)) return;
  const files = [fetchJson(`i18n/more/${language}.json`), fetchJson(`i18n/city/${language}.json`)];
  const [words, city] = await Promise.all(files);
  more.set(language, {words, city});
}

const further = () => more?.get(current.language) ?? NOTHING;
const wordOf = (key) => current.words[key] ?? further().words[key];

/** The sentence of `key`, `{name}` replaced by `values.name`. */
export function t(key, values = {}) {
  return (wordOf(key) ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export const language = () => current.language;
export const locale = () => LOCALES[current.language];
export const cityName = () => further().city.city ?? '';
export const categoryName = (id) => further().city.categories[id] ?? null;
export const unitName = (id) => further().city.units[id] ?? null;
/** [id, name] of all categories, and of all units. */
export const allCategories = () => Object.entries(further().city.categories);
export const allUnits = () => Object.entries(further().city.units);
export const known = (key) => wordOf(key) !== undefined;
