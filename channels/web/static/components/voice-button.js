/**
 * Records what the citizen says and has it turned into text, which goes into the composer to be checked.
 *
 * It is there only where this hotline hears the language and the browser can record; nothing is kept of the sound.
 */
import {css, html, nothing} from '../vendor/lit.js';
import {base} from '../styles.js';
import {icons} from '../icons.js';
import {t} from '../i18n.js';
import {HotlineElement} from './element.js';

const LONGEST_MS = 58_000;
const BITS_A_SECOND = 32_000;
const KINDS = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus'];
const PROBLEMS = {413: 'voice_long', 429: 'lookup_wait', 0: 'voice_offline'};

export const canRecord = () =>
  Boolean(navigator.mediaDevices?.getUserMedia && globalThis.MediaRecorder && KINDS.some(supported));
const supported = (kind) => MediaRecorder.isTypeSupported(kind);
const release = (stream) => stream?.getTracks().forEach((track) => track.stop());

class VoiceButton extends HotlineElement {
  static properties = {api: {attribute: false}, phase: {state: true}};

  static styles = [
    base,
    css`
      .button {
        width: 3rem;
        height: 3rem;
        padding: 0;
        border-radius: 12px;
        color: var(--primary);
      }
      .button[aria-pressed='true'] {
        background: var(--danger);
        border-color: var(--danger);
        color: var(--danger-ink);
      }
      @media (prefers-reduced-motion: no-preference) {
        .button[aria-pressed='true'] svg {
          animation: beat 1.4s infinite ease-in-out;
        }
      }
      @keyframes beat {
        50% {
          opacity: 0.35;
        }
      }
    `,
  ];

  #recorder = null;
  #timer = null;

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#recorder?.stop();
  }

  render() {
    const recording = this.phase === 'recording';
    const label = t(recording ? 'voice_stop' : 'voice_start');
    return html`<button
      class="button"
      aria-label=${label}
      title=${label}
      aria-pressed=${recording}
      aria-busy=${this.phase === 'hearing' ? 'true' : nothing}
      ?disabled=${this.phase === 'hearing' || this.phase === 'asking'}
      @click=${() => (recording ? this.#recorder.stop() : this.#start())}
    >
      ${icons.mic}
    </button>`;
  }

  #say(word) {
    this.tell('voice-word', word);
  }

  async #start() {
    this.phase = 'asking';
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({audio: {channelCount: 1, noiseSuppression: true}});
      this.#record(stream);
    } catch (error) {
      release(stream);
      this.#recorder = null;
      this.phase = null;
      this.#say(error.name === 'NotAllowedError' ? 'voice_denied' : 'voice_no_device');
      return;
    }
    this.#timer = setTimeout(() => this.#recorder?.stop(), LONGEST_MS);
    this.phase = 'recording';
    this.#say('voice_recording');
  }

  #record(stream) {
    const pieces = [];
    const options = {mimeType: KINDS.find(supported), audioBitsPerSecond: BITS_A_SECOND};
    this.#recorder = new MediaRecorder(stream, options);
    this.#recorder.ondataavailable = ({data}) => data.size && pieces.push(data);
    this.#recorder.onstop = () => {
      clearTimeout(this.#timer);
      release(stream);
      const {mimeType} = this.#recorder;
      this.#recorder = null;
      this.phase = null;
      if (this.isConnected) this.#hear(new Blob(pieces, {type: mimeType}));
    };
    this.#recorder.start(1_000);
  }

  /** The button goes when the language is not heard: then nothing is recorded any longer. */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#recorder?.stop();
  }

  async #hear(sound) {
    this.phase = 'hearing';
    this.#say('voice_hearing');
    try {
      const text = sound.size ? await this.api.transcribe(sound, this.language) : '';
      if (text) this.tell('voice-text', text);
      this.#say(text ? 'voice_check' : 'voice_silent');
    } catch (error) {
      this.#say(PROBLEMS[error.status] ?? 'voice_failed');
    } finally {
      this.phase = null;
    }
  }
}

customElements.define('voice-button', VoiceButton);
