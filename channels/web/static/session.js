/**
 * What this browser remembers: which conversation, its token, the language.
 *
 * No message is kept here; the server has the history.
 */
import {read, remove, write} from './storage.js';

export const SESSION_KEY = 'hotline.session';
const LANGUAGE_KEY = 'hotline.language';
const ELDER_KEY = 'hotline.elder';

export function loadSession() {
  const session = read(SESSION_KEY);
  return session?.id && session?.token ? session : null;
}

export function saveSession(session) {
  write(SESSION_KEY, {id: session.id, token: session.token});
}

export function forgetSession() {
  remove(SESSION_KEY);
}

/** Large type and large buttons; kept on the device. */
export const elderMode = () => read(ELDER_KEY) === true;

export function setElderMode(on) {
  write(ELDER_KEY, on);
  document.documentElement.toggleAttribute('data-elder', on);
}

export const rememberedLanguage = () => read(LANGUAGE_KEY);
export const rememberLanguage = (language) => write(LANGUAGE_KEY, language);
