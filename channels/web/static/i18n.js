/**
 * The page's own words in five languages.
 *
 * One flat file a language; what the hotline says comes from the server and is not here.
 */

export const LANGUAGES = ['zh', 'en', 'ja', 'ko', 'ru'];
export const NAMES = {zh: '中文', en: 'English', ja: '日本語', ko: '한국어', ru: 'Русский'};
const LOCALES = {zh: 'zh-CN', en: 'en-GB', ja: 'ja-JP', ko: 'ko-KR', ru: 'ru-RU'};

const loaded = new Map();
let current = {language: 'zh', words: {}, city: {categories: {}, units: {}}};

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
  if (!loaded.has(language)) {
    const files = [fetchJson(`i18n/${language}.json`), fetchJson(`i18n/city/${language}.json`)];
    const [words, city] = await Promise.all(files);
    loaded.set(language, {language, words, city});
  }
  current = loaded.get(language);
}

/** The sentence of `key`, `{name}` replaced by `values.name`. */
export function t(key, values = {}) {
  return (current.words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export const language = () => current.language;
export const locale = () => LOCALES[current.language];
export const cityName = () => current.city.city ?? '';
export const categoryName = (id) => current.city.categories[id] ?? null;
export const unitName = (id) => current.city.units[id] ?? null;
/** [id, name] of all categories, and of all units. */
export const allCategories = () => Object.entries(current.city.categories);
export const allUnits = () => Object.entries(current.city.units);
export const known = (key) => key in current.words;
