/**
 * How long to wait before trying again.
 */

const FIRST_MS = 300;
const MOST_MS = 15_000;

/** Chance is handed in: 0.3 s x 2^n up to 15 s, of which the upper half is chance so that many pages do not come back at once. */
export function backoffMs(attempt, random = Math.random) {
  const whole = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return whole / 2 + (random() * whole) / 2;
}

/** What `load` gives, tried until it works: for a part of the page whose file a weak connection kept away. */
export async function untilLoaded(load) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, backoffMs(attempt)));
    }
  }
}
