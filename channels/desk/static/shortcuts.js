/**
 * Which keys do what.
 *
 * Pure. Alt and a letter always works; the single key `?` can be switched off, since speech input may type it.
 */

/** In the order in which the help shows them: [name, event.code, what is shown]. */
export const SHORTCUTS = [
  ['accept', 'KeyA', 'Alt+A'],
  ['next', 'KeyJ', 'Alt+J'],
  ['previous', 'KeyK', 'Alt+K'],
  ['list', 'KeyQ', 'Alt+Q'],
  ['write', 'KeyC', 'Alt+C'],
  ['note', 'KeyN', 'Alt+N'],
  ['ticket', 'KeyT', 'Alt+T'],
  ['facts', 'KeyI', 'Alt+I'],
  ['transfer', 'KeyG', 'Alt+G'],
  ['return', 'KeyR', 'Alt+R'],
  ['close', 'KeyX', 'Alt+X'],
  ['presence', 'KeyP', 'Alt+P'],
  ['acknowledge', 'KeyU', 'Alt+U'],
  ['mute', 'KeyM', 'Alt+M'],
  ['help', 'Slash', 'Alt+/'],
];

const BY_CODE = new Map(SHORTCUTS.map(([name, code]) => [code, name]));

/**
 * The command of a key, or null.
 *
 * @param writing whether a text field has the focus
 * @param single whether the single key `?` is on
 */
export function commandOf(event, writing, single) {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.repeat) return null;
  if (event.altKey) return event.shiftKey ? null : (BY_CODE.get(event.code) ?? null);
  return event.key === '?' && single && !writing ? 'help' : null;
}
