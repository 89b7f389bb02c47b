/**
 * How times, sizes and telephone numbers are shown.
 *
 * Pure; the zone of deadlines is the city's, the time beside a message the reader's.
 */

export const CITY_ZONE = 'Asia/Shanghai';

/** A deadline in the city's time: "26 November 2026 at 17:30". */
export function deadline(iso, locale) {
  const at = new Date(iso);
  if (!iso || Number.isNaN(at.getTime())) return null;
  return new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: CITY_ZONE,
  }).format(at);
}

/** A calendar day as the city wrote it: "2026-11-26" is the same day everywhere. */
export function date(isoDay, locale) {
  const at = new Date(`${isoDay}T00:00:00Z`);
  if (!isoDay || Number.isNaN(at.getTime())) return null;
  return new Intl.DateTimeFormat(locale, {dateStyle: 'long', timeZone: 'UTC'}).format(at);
}

export function clock(iso, locale) {
  return new Intl.DateTimeFormat(locale, {hour: '2-digit', minute: '2-digit', hourCycle: 'h23'}).format(new Date(iso));
}

export function day(iso, locale) {
  return new Intl.DateTimeFormat(locale, {weekday: 'long', month: 'long', day: 'numeric'}).format(new Date(iso));
}

export function fileSize(bytes, locale) {
  const mega = bytes >= 1_000_000;
  const number = new Intl.NumberFormat(locale, {maximumFractionDigits: mega ? 1 : 0});
  return `${number.format(bytes / (mega ? 1_000_000 : 1000))} ${mega ? 'MB' : 'kB'}`;
}

// Mobile, area code and number, 400/800 numbers, service numbers such as 12345; not inside longer numbers.
const PHONE =
  /(?<![\d+*-])(?:\+?86[- ]?)?(?:1[3-9]\d(?:[- ]?\d{4}){2}|0\d{2,3}[- ]\d{7,8}|[48]00[- ]\d{3}[- ]?\d{4}|123\d{2}|96\d{3,4})(?![\d*]|[-.,]\d|\s?[元円원₽%])/g;
const EMERGENCY = /(?<![\d+*.,-])(?:11[09]|12[02])(?![\d*%]|[-.,]\d|\s?[元円원₽])/g;

/** The text in pieces: strings, and `{phone, shown}` for telephone numbers; 110 and the like only if `emergency`. */
export function phonePieces(text, emergency = false) {
  const found = [...text.matchAll(PHONE), ...(emergency ? text.matchAll(EMERGENCY) : [])].sort(
    (a, b) => a.index - b.index,
  );
  const pieces = [];
  let at = 0;
  for (const {0: shown, index} of found) {
    if (index > at) pieces.push(text.slice(at, index));
    pieces.push({shown, phone: shown.replace(/[^\d+]/g, '')});
    at = index + shown.length;
  }
  if (at < text.length) pieces.push(text.slice(at));
  return pieces;
}

/** Characters as the server counts them, not UTF-16 units. */
export function lengthOf(text) {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
