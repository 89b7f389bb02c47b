/**
 * Where the citizen writes, and the other ways to say something: photo, voice, place, code.
 *
 * It never throws text away: too long a text stays, and what is not sent survives the end of the app.
 */
const {lengthOf} = require('../../lib/format');
const {say} = require('../../lib/language');
const recorder = require('../../lib/recorder');
const {needAgreement} = require('../../lib/media');
const {read, write} = require('../../lib/storage');

const MOST = 4000;
const DRAFT = 'draft';

Component({
  properties: {t: Object, busy: String},
  data: {text: '', open: false, recording: '', problem: ''},
  lifetimes: {
    attached() {
      this.setData({text: read(DRAFT) || ''});
    },
    detached() {
      recorder.cancel();
    },
  },
  methods: {
    /** Puts text in front of what is being written. */
    restore(text) {
      const before = this.data.text;
      this.keep(before.trim() && !before.startsWith(text) ? `${text}\n${before}` : text);
    },
    keep(text) {
      const over = lengthOf(text) - MOST;
      this.setData({text, problem: over > 0 ? say(this.data.t.too_long, {over}) : ''});
      write(DRAFT, text);
    },
    typed({detail}) {
      this.keep(detail.value);
      this.triggerEvent('typed');
    },
    send() {
      const text = this.data.text.trim();
      if (!text || this.data.problem) return;
      this.keep('');
      this.triggerEvent('send', {text});
    },
    more() {
      this.setData({open: !this.data.open});
    },
    choose({currentTarget}) {
      this.setData({open: false});
      this.triggerEvent(currentTarget.dataset.way);
    },
    async record() {
      try {
        await needAgreement();
      } catch {
        this.triggerEvent('trouble', {words: this.data.t.privacy_refused});
        return;
      }
      const {t} = this.data;
      this.setData({open: false, recording: say(t.recording, {seconds: 0})});
      recorder.record({
        started: () => {},
        seconds: (seconds) => this.setData({recording: say(t.recording, {seconds})}),
        done: (path) => this.heard(path),
        short: () => this.silent(t.voice_short),
        failed: () => this.silent(t.voice_failed),
      });
    },
    stop() {
      recorder.stop();
    },
    drop() {
      recorder.cancel();
      this.setData({recording: ''});
    },
    heard(path) {
      this.setData({recording: ''});
      this.triggerEvent('voice', {path});
    },
    silent(words) {
      this.setData({recording: ''});
      this.triggerEvent('trouble', {words});
    },
  },
});
