/**
 * The browser's storage, safe to use where it is full or forbidden.
 *
 * It never throws: what cannot be kept for longer is kept in memory until the page goes.
 */

const memory = new Map();

function real() {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}

export function read(key) {
  if (memory.has(key)) return memory.get(key);
  try {
    return JSON.parse(real()?.getItem(key) ?? 'null');
  } catch {
    return null;
  }
}

export function write(key, value) {
  try {
    const storage = real();
    if (!storage) throw new Error('no storage');
    storage.setItem(key, JSON.stringify(value));
    memory.delete(key);
  } catch {
    memory.set(key, value);
  }
}

export function remove(key) {
  memory.delete(key);
  try {
    real()?.removeItem(key);
  } catch {
    // nothing was kept
  }
}

/** All keys that begin with `prefix`. */
export function keys(prefix) {
  const found = new Set(memory.keys());
  try {
    const storage = real();
    for (let index = 0; index < (storage?.length ?? 0); index += 1) found.add(storage.key(index));
  } catch {
    // memory only
  }
  return [...found].filter((key) => key.startsWith(prefix));
}
