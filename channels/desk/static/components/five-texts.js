/**
 * One field for each of the five languages, for forms that need all of them.
 */
import {html} from '../lib.js';
import {LANGUAGES, NAMES, t} from '../i18n.js';

/** The fields, named `text_zh` and so on. */
export function fiveTexts(texts, most, rows = 2) {
  return LANGUAGES.map(
    (language) =>
      html`<div class="field">
        <label for="text_${language}" lang=${language}>${NAMES[language]}</label>
        <textarea id="text_${language}" name="text_${language}" lang=${language} rows=${rows} maxlength=${most} .value=${texts?.[language] ?? ''}></textarea>
      </div>`,
  );
}

/** What was written, by language; `missing` is the first language without a text. */
export function textsOf(values) {
  const texts = Object.fromEntries(LANGUAGES.map((language) => [language, values[`text_${language}`].trim()]));
  return {texts, missing: LANGUAGES.find((language) => !texts[language])};
}

export const missingWords = (language) => t('text_missing', {language: NAMES[language]});
