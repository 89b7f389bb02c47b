/**
 * Messages that the server has not acknowledged yet, kept over reloads, one storage key each.
 *
 * It does not send. A message keeps its `message_id` for ever, so sending it twice does nothing twice; one key a
 * message lets several tabs share a conversation without overwriting each other.
 */
import {keys, read, remove, write} from './storage.js';

const PREFIX = 'hotline.outbox.';
let counter = 0;

/** A random UUID, also on plain-HTTP addresses where `crypto.randomUUID` does not exist. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Stands for the conversation that is not opened yet. */
export const UNOPENED = 'unopened';

export class Outbox {
  constructor(conversationId) {
    this.prefix = `${PREFIX}${conversationId}.`;
  }

  /** Keeps `{text}` or `{payload, title}` and gives it a `message_id` (or keeps the one it has). */
  add(content) {
    counter += 1;
    const entry = {message_id: newId(), ...content, order: [Date.now(), counter], at: new Date().toISOString()};
    write(this.prefix + entry.message_id, entry);
    return entry;
  }

  remove(messageId) {
    remove(this.prefix + messageId);
  }

  /** Oldest first. */
  entries() {
    return keys(this.prefix)
      .map(read)
      .filter(Boolean)
      .sort((a, b) => a.order[0] - b.order[0] || a.order[1] - b.order[1]);
  }

  /** Gives everything to another conversation's outbox, unchanged. */
  moveTo(other) {
    for (const entry of this.entries()) write(other.prefix + entry.message_id, entry);
    this.clear();
  }

  clear() {
    keys(this.prefix).forEach(remove);
  }
}
