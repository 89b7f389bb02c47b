/**
 * Trying again: how long to wait before, and parts of the page whose files a weak connection kept away.
 */

const FIRST_MS = 300;
const MOST_MS = 15_000;
const TOLD_AT = 3;

/** Chance is handed in: 0.3 s x 2^n up to 15 s, of which the upper half is chance so that many pages do not come back at once. */
export function backoffMs(attempt, random = Math.random) {
  const whole = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return whole / 2 + (random() * whole) / 2;
}

const parts = new Map(); // by loader

/**
 * What a loader imports, once for all who want it. `load` gets what to put behind the address: nothing at first, and
 * after a failure something new, since many browsers never ask again for a file that once did not arrive.
 */
export function imported(load) {
  const part = partOf(load);
  part.coming ??= load(part.failed ? `?again=${part.failed}` : '').catch((error) => {
    part.coming = null;
    part.failed += 1;
    if (part.failed === TOLD_AT) console.error(error);
    throw error;
  });
  return part.coming;
}

/** The same, tried until it works: where nobody waits who could be told. */
export function untilImported(load) {
  const part = partOf(load);
  part.until ??= tryOn(load);
  return part.until;
}

function partOf(load) {
  if (!parts.has(load)) parts.set(load, {failed: 0, coming: null, until: null});
  return parts.get(load);
}

async function tryOn(load) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await imported(load);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, backoffMs(attempt)));
    }
  }
}
