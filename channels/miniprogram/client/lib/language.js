/**
 * Which of the five languages is shown, and the bigger type: both remembered.
 */
const {read, write} = require('./storage');

const LANGUAGES = ['zh', 'en', 'ja', 'ko', 'ru'];
const NAMES = {zh: '中文', en: 'English', ja: '日本語', ko: '한국어', ru: 'Русский'};
const STRINGS = {
  zh: require('../i18n/zh'),
  en: require('../i18n/en'),
  ja: require('../i18n/ja'),
  ko: require('../i18n/ko'),
  ru: require('../i18n/ru'),
};
const LANGUAGE_KEY = 'language';
const ELDER_KEY = 'elder';

/** What WeChat itself is set to, such as `zh_CN`; null when it does not say. */
function wished() {
  const info = wx.getAppBaseInfo ? wx.getAppBaseInfo() : wx.getSystemInfoSync();
  return (info && info.language) || null;
}

/** The remembered language, else WeChat's, else Chinese. */
function choose(ofWeChat) {
  const kept = read(LANGUAGE_KEY);
  if (LANGUAGES.includes(kept)) return kept;
  const wanted = String(ofWeChat || '')
    .slice(0, 2)
    .toLowerCase();
  return LANGUAGES.includes(wanted) ? wanted : 'zh';
}

const remember = (language) => write(LANGUAGE_KEY, language);
const strings = (language) => STRINGS[language] || STRINGS.zh;

/** A sentence with its values in it. */
function say(text, values = {}) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

const elder = () => read(ELDER_KEY) === true;
const setElder = (on) => write(ELDER_KEY, on);

module.exports = {LANGUAGES, NAMES, choose, elder, remember, say, setElder, strings, wished};
