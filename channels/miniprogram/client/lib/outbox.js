/**
 * Messages that the server has not acknowledged yet, kept over restarts of the app.
 *
 * It does not send. A message keeps its `message_id` for ever, so sending it twice does nothing twice.
 */
const {newId} = require('./ids');
const {read, remove, write} = require('./storage');

/** Stands for the conversation that is not opened yet. */
const UNOPENED = 'unopened';

class Outbox {
  constructor(conversationId) {
    this.conversationId = conversationId || UNOPENED;
    this.key = `outbox.${this.conversationId}`;
    this.kept = read(this.key) || [];
  }

  /** Keeps `{text}` or `{payload, title}` and gives it a `message_id` (or keeps the one it has). */
  add(content) {
    const entry = {message_id: newId(), ...content, at: new Date().toISOString()};
    this.save([...this.kept.filter((one) => one.message_id !== entry.message_id), entry]);
    return entry;
  }

  remove(messageId) {
    this.save(this.kept.filter((one) => one.message_id !== messageId));
  }

  /** Oldest first. */
  entries() {
    return this.kept;
  }

  /** Gives everything to another conversation's outbox, unchanged. */
  moveTo(other) {
    other.save([...other.kept, ...this.kept]);
    this.save([]);
  }

  save(entries) {
    this.kept = entries;
    if (entries.length) write(this.key, entries);
    else remove(this.key);
  }
}

module.exports = {Outbox, UNOPENED};
