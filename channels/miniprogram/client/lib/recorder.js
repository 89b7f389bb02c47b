/**
 * Records what a citizen says: 16 kHz, one channel, at most a minute, as the gateway's recognition hears it.
 */
const OPTIONS = {
  duration: 60000,
  sampleRate: 16000,
  numberOfChannels: 1,
  encodeBitRate: 48000,
  format: 'wav',
};
const SHORTEST_MS = 800;

let manager = null;
let listener = null;

/** @param told is told `started`, `seconds(n)`, `done(path)`, `short` (nothing was said) or `failed` */
function record(told) {
  if (!manager) {
    manager = wx.getRecorderManager();
    manager.onStart(() => listener && listener.started());
    manager.onStop(({tempFilePath, duration}) => end(() => ended(tempFilePath, duration)));
    manager.onError(() => end(() => listener.failed()));
  }
  listener = {...told, timer: null, cancelled: false};
  const from = Date.now();
  listener.timer = setInterval(() => told.seconds(Math.round((Date.now() - from) / 1000)), 500);
  manager.start(OPTIONS);
}

function stop() {
  if (manager && listener) manager.stop();
}

function cancel() {
  if (!listener) return;
  listener.cancelled = true;
  manager.stop();
}

function ended(path, duration) {
  if (listener.cancelled) return;
  if (duration !== undefined && duration < SHORTEST_MS) listener.short();
  else listener.done(path);
}

function end(tell) {
  if (!listener) return;
  clearInterval(listener.timer);
  tell();
  listener = null;
}

module.exports = {cancel, record, stop};
