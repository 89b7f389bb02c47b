/**
 * Does the small work that a busy server asks for before it takes more: a number whose hash begins as wanted.
 *
 * The proof of the citizen page in slices between which the phone draws and listens: one Worker is all that WeChat
 * gives, and it has no own SHA-256.
 */
const {sha256} = require('./sha256');

const MOST = 20000000;
const MOST_MS = 120000;
const SLICE_MS = 30;
const LOOK_EVERY = 64;

const pause = () => new Promise((resolve) => setTimeout(resolve));

/**
 * The solution of an ALTCHA challenge (version 2), as the server takes it; rejects when it is not found in time.
 *
 * @param told is told how many seconds it has taken so far
 */
async function solve(challenge, told) {
  const {salt, nonce, keyPrefix, keyLength = 32, cost = 1, algorithm} = challenge.parameters;
  if (algorithm !== 'SHA-256') throw new Error(`no proof by ${algorithm}`);
  const wanted = bytesOf(keyPrefix);
  const head = bytesOf(salt + nonce);
  const message = new Uint8Array(head.length + 4);
  message.set(head);
  const counterView = new DataView(message.buffer);
  const from = Date.now();
  let slice = from;
  for (let counter = 0; counter <= MOST; counter += 1) {
    counterView.setUint32(head.length, counter);
    let hash = sha256(message);
    for (let again = 1; again < cost; again += 1) hash = sha256(hash);
    if (wanted.every((byte, index) => byte === hash[index]))
      return packed({challenge, solution: {counter, derivedKey: hexOf(hash.subarray(0, keyLength))}});
    if (counter % LOOK_EVERY === 0 && Date.now() - slice >= SLICE_MS) {
      if (Date.now() - from > MOST_MS) break;
      told(Math.floor((Date.now() - from) / 1000));
      await pause();
      slice = Date.now();
    }
  }
  throw new Error('no solution in time');
}

const bytesOf = (hex) => Uint8Array.from(hex.match(/../g) || [], (pair) => Number.parseInt(pair, 16));
const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
/** Base64 of the JSON of a value that holds ASCII only. */
const packed = (value) =>
  wx.arrayBufferToBase64(Uint8Array.from(JSON.stringify(value), (sign) => sign.charCodeAt(0)).buffer);

module.exports = {solve};
