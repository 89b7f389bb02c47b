/**
 * SHA-256 (FIPS 180-4) in plain arithmetic: WeChat's JavaScript has no SubtleCrypto.
 */
/** The first 32 bits of the fractions of the square and cube roots of the first primes (FIPS 180-4). */
const START = new Int32Array(8);
const K = new Int32Array(64);
for (let number = 2, found = 0; found < 64; number += 1) {
  let prime = true;
  for (let factor = 2; factor * factor <= number; factor += 1) if (number % factor === 0) prime = false;
  if (!prime) continue;
  if (found < 8) START[found] = ((Math.sqrt(number) % 1) * 2 ** 32) | 0;
  K[found] = ((Math.cbrt(number) % 1) * 2 ** 32) | 0;
  found += 1;
}

const words = new Int32Array(64);
const turned = (word, bits) => (word >>> bits) | (word << (32 - bits));

/** SHA-256 of `bytes`, as bytes. */
function sha256(bytes) {
  const blocks = new Uint8Array(((bytes.length + 72) >> 6) << 6);
  blocks.set(bytes);
  blocks[bytes.length] = 0x80;
  const view = new DataView(blocks.buffer);
  view.setUint32(blocks.length - 4, bytes.length * 8);
  const hash = START.slice();
  for (let at = 0; at < blocks.length; at += 64) {
    for (let index = 0; index < 16; index += 1) words[index] = view.getInt32(at + index * 4);
    for (let index = 16; index < 64; index += 1) {
      const early = words[index - 15];
      const late = words[index - 2];
      const small = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
      const large = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
      words[index] = words[index - 16] + small + words[index - 7] + large;
    }
    let [a, b, c, d, e, f, g, h] = hash;
    for (let index = 0; index < 64; index += 1) {
      const chosen = (e & f) ^ (~e & g);
      const one = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + chosen + K[index] + words[index]) | 0;
      const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + one) | 0;
      d = c;
      c = b;
      b = a;
      a = (one + two) | 0;
    }
    hash[0] += a;
    hash[1] += b;
    hash[2] += c;
    hash[3] += d;
    hash[4] += e;
    hash[5] += f;
    hash[6] += g;
    hash[7] += h;
  }
  const digest = new DataView(new ArrayBuffer(32));
  hash.forEach((word, index) => digest.setInt32(index * 4, word));
  return new Uint8Array(digest.buffer);
}

module.exports = {sha256};
