/**
 * The views of the desk and their addresses, such as `#/work/<conversation>`.
 *
 * Pure. An unknown address is the work view.
 */

/** [view, the least role that sees it]. */
export const VIEWS = [
  ['work', 'agent'],
  ['tickets', 'agent'],
  ['callbacks', 'agent'],
  ['board', 'shift_leader'],
  ['undelivered', 'shift_leader'],
  ['admin', 'shift_leader'],
];

/** Views on matters of the whole city, which people of other units do not have. */
const HOTLINE_ONLY = ['callbacks', 'undelivered'];
export const forUnit = (view, me) =>
  !HOTLINE_ONLY.includes(view) || me?.unit === 'hotline' || me?.role === 'administrator';

/** The parts of the administration: [part, least role]. */
export const PARTS = [
  ['modes', 'shift_leader'],
  ['notices', 'shift_leader'],
  ['canned', 'shift_leader'],
  ['shifts', 'shift_leader'],
  ['agents', 'administrator'],
];

export const hashOf = ({view, id}) => `#/${view}${id ? `/${encodeURIComponent(id)}` : ''}`;

export function routeOf(hash) {
  const [, view, id] = /^#\/([a-z]+)(?:\/(.+))?$/.exec(hash) ?? [];
  if (!VIEWS.some(([name]) => name === view)) return {view: 'work', id: null};
  try {
    return {view, id: id ? decodeURIComponent(id) : null};
  } catch {
    return {view, id: null};
  }
}
