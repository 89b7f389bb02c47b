/**
 * The desk's two sounds: a soft one for somebody new in the queue, an urgent one repeated while an alert is open.
 *
 * Made with WebAudio, no file. Browsers allow sound only after the first key or click; until then `ready` is false
 * and the page says so. Muted, it stays silent; what is on the screen does not depend on it.
 */
import {muted, rememberMuted} from './memory.js';

const REPEAT_MS = 4_000;
const SOFT = [[660, 0, 0.12], [880, 0.14, 0.16]];
const URGENT = [[988, 0, 0.16], [784, 0.2, 0.16], [988, 0.4, 0.16], [784, 0.6, 0.22]];
const SOFT_LEVEL = 0.08;
const URGENT_LEVEL = 0.22;

export class Sound extends EventTarget {
  muted = muted();
  /** How often the urgent sound was played: for tests, and for nobody else. */
  urgentPlayed = 0;
  #context = null;
  #timer = null;

  constructor() {
    super();
    const first = () => this.#unlock();
    for (const event of ['pointerdown', 'keydown']) addEventListener(event, first, {capture: true});
  }

  get ready() {
    return this.#context?.state === 'running';
  }

  /** Turns the sound on or off, and remembers it for this browser. */
  mute(on) {
    this.muted = on;
    rememberMuted(on);
    this.dispatchEvent(new Event('change'));
  }

  soft() {
    this.#play(SOFT, SOFT_LEVEL);
  }

  /** Starts or ends the urgent sound. */
  alarm(on) {
    if (!on) {
      clearInterval(this.#timer);
      this.#timer = null;
    } else if (!this.#timer) {
      this.#urgent();
      this.#timer = setInterval(() => this.#urgent(), REPEAT_MS);
    }
  }

  #urgent() {
    if (this.#play(URGENT, URGENT_LEVEL)) this.urgentPlayed += 1;
  }

  async #unlock() {
    if (this.ready) return;
    try {
      this.#context ??= new AudioContext();
      await this.#context.resume();
    } catch {
      return; // a machine without sound
    }
    this.dispatchEvent(new Event('change'));
  }

  #play(tones, level) {
    if (this.muted || !this.ready) return false;
    const start = this.#context.currentTime + 0.02;
    for (const [hertz, after, seconds] of tones) {
      const tone = this.#context.createOscillator();
      const volume = this.#context.createGain();
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(0, start + after);
      volume.gain.linearRampToValueAtTime(level, start + after + 0.015);
      volume.gain.setValueAtTime(level, start + after + seconds - 0.04);
      volume.gain.linearRampToValueAtTime(0, start + after + seconds);
      tone.connect(volume).connect(this.#context.destination);
      tone.start(start + after);
      tone.stop(start + after + seconds);
    }
    return true;
  }
}
