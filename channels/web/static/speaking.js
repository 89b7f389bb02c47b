/**
 * Reads texts aloud with the browser's own voices; silent where it has none for the language.
 */

const LOCALES = {zh: 'zh-CN', en: 'en', ja: 'ja', ko: 'ko', ru: 'ru'};
const RATE = 0.9;

const voiceFor = (language) =>
  globalThis.speechSynthesis?.getVoices().find(({lang}) => lang.toLowerCase().replace('_', '-').startsWith(language));

/** Whether a text of this language can be read aloud. */
export const speaks = (language) => Boolean(voiceFor(language));

/** Calls `changed`, and no earlier one, whenever the browser's voices have. */
export function watchVoices(changed) {
  if (globalThis.speechSynthesis) speechSynthesis.onvoiceschanged = changed;
}

/** Reads one text; what was being read ends. The same text again ends it. */
export function speak(text, language) {
  const again = speechSynthesis.speaking && speak.last === text;
  speechSynthesis.cancel();
  if (again) return;
  speak.last = text;
  const said = new SpeechSynthesisUtterance(text);
  said.voice = voiceFor(language);
  said.lang = said.voice?.lang ?? LOCALES[language];
  said.rate = RATE;
  speechSynthesis.speak(said);
}
