/**
 * How long to wait before trying again. Pure: chance is handed in.
 */
const FIRST_MS = 300;
const MOST_MS = 15000;

/** 0.3 s x 2^n up to 15 s, of which the upper half is chance so that many phones do not come back at once. */
function backoffMs(attempt, random = Math.random) {
  const whole = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return whole / 2 + (random() * whole) / 2;
}

module.exports = {backoffMs};
