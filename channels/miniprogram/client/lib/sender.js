/**
 * Empties an outbox through a transport: oldest first, one at a time, so that the order stays.
 *
 * It gives nothing up: what meets no connection or a busy server stays in the outbox and goes out later. What the
 * server refuses for good is reported and taken out.
 */
const BUSY_WAIT_SECONDS = 2;

const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

class Sender {
  /**
   * @param report is told `accepted(entry, seq)`, `refused(entry)` (too long) or `failed(entry, code)`, and does the
   *   work of `challenged(challenge)`, which rejects when it came to nothing
   */
  constructor(outbox, transport, report) {
    this.outbox = outbox;
    this.transport = transport;
    this.report = report;
    this.busy = false;
    this.stopped = false;
  }

  stop() {
    this.stopped = true;
  }

  /** Sends what waits; does nothing while it is already at it. */
  async push() {
    if (this.busy || this.stopped) return;
    this.busy = true;
    try {
      for (let entry = this.next(); entry; entry = this.next()) {
        if (!(await this.sendOne(entry))) return;
      }
    } finally {
      this.busy = false;
    }
  }

  next() {
    return this.stopped ? null : this.outbox.entries()[0];
  }

  /** False when the rest has to wait for the connection. */
  async sendOne(entry) {
    try {
      const {seq, refused} = await this.transport.deliver(entry);
      this.outbox.remove(entry.message_id);
      if (refused) this.report.refused(entry);
      else this.report.accepted(entry, seq);
      return true;
    } catch (error) {
      if (this.stopped) return false;
      if (error.status === 0 || error.gone) {
        if (this.transport.online) setTimeout(() => this.push(), BUSY_WAIT_SECONDS * 1000);
        return false;
      }
      if (error.challenge && (await this.prove(error.challenge))) return true;
      if (error.passing) {
        await pause(error.retryAfterSeconds || BUSY_WAIT_SECONDS);
        return true;
      }
      this.outbox.remove(entry.message_id);
      this.report.failed(entry, error.code);
      return true;
    }
  }

  /** Whether the work that the server wants was done and taken: then the message is sent again at once. */
  async prove(challenge) {
    try {
      await this.report.challenged(challenge);
      return true;
    } catch {
      return false;
    }
  }
}

module.exports = {Sender};
