/**
 * Finding a canned reply by what was typed after "/", and filling it in.
 *
 * Pure. Chinese input methods turn "/" into "、", so both begin a search.
 */

const BEGIN = /^[/／、]([^\n]{0,40})$/;
const MOST = 8;

/** What is searched for, or null when the text is no search. */
export function cannedQuery(text) {
  return BEGIN.exec(text)?.[1].trim().toLowerCase() ?? null;
}

/** The replies that fit, best first: by shortcut, then by words in either of the two languages. */
export function matching(canned, query, ownLanguage, spoken, most = MOST) {
  const scored = [];
  for (const reply of canned) {
    const shortcut = (reply.shortcut ?? '').toLowerCase();
    const words = [reply.group, reply.texts?.[ownLanguage], reply.texts?.[spoken]].join('\n').toLowerCase();
    const score = !query ? 2 : shortcut.startsWith(query) ? 0 : shortcut.includes(query) ? 1 : words.includes(query) ? 2 : null;
    if (score !== null) scored.push([score, reply]);
  }
  return scored.sort(([a], [b]) => a - b).slice(0, most).map(([, reply]) => reply);
}

/** The reply in the citizen's language (in Chinese where that is missing), `{agent}` and `{ticket}` filled in. */
export function filled(reply, spoken, values) {
  const text = reply.texts?.[spoken] || reply.texts?.zh || Object.values(reply.texts ?? {}).find(Boolean) || '';
  return text.replace(/\{(agent|ticket)\}/g, (whole, name) => values[name] || whole);
}
