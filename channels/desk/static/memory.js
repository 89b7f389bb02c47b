/**
 * What this browser remembers of the desk: language, sound, single keys, and texts that are being written.
 *
 * No token and no message that was sent is kept here; the session is a cookie that no script can read.
 */
import {keys, read, remove, write} from '../../static/storage.js';

const LANGUAGE_KEY = 'hotline.desk.language';
const MUTED_KEY = 'hotline.desk.muted';
const KEYS_KEY = 'hotline.desk.single_keys';
const DRAFTS = 'hotline.desk.draft.';
const UNSENT = 'hotline.outbox.desk.';

export const rememberedLanguage = () => read(LANGUAGE_KEY);
export const rememberLanguage = (language) => write(LANGUAGE_KEY, language);
export const muted = () => read(MUTED_KEY) === true;
export const rememberMuted = (on) => write(MUTED_KEY, on);
export const singleKeys = () => read(KEYS_KEY) !== false;
export const rememberSingleKeys = (on) => write(KEYS_KEY, on);

/** What was being written in a conversation when the page went. */
export const draftOf = (conversationId) => read(DRAFTS + conversationId) ?? '';

export function keepDraft(conversationId, text) {
  if (text) write(DRAFTS + conversationId, text);
  else remove(DRAFTS + conversationId);
}

/** Where the unsent messages of a conversation are kept (see the citizen page's Outbox). */
export const outboxName = (conversationId) => `desk.${conversationId}`;

/** The conversations of which something is not sent yet. */
export function conversationsWithUnsent() {
  const names = keys(UNSENT).map((key) => key.slice(UNSENT.length).replace(/\.[^.]*$/, ''));
  return [...new Set(names)];
}

/** Leaves nothing of citizens in this browser: at the end of a shift somebody else may sit here. */
export function forgetTexts() {
  for (const key of [...keys(DRAFTS), ...keys(UNSENT)]) remove(key);
}
