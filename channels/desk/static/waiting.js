/**
 * How long somebody has waited, and how bad that is.
 *
 * Pure but for the difference between this machine's clock and the server's, which the interface tells it.
 */

let aheadMs = 0;

/** Learns from a response's `Date` how far this machine's clock is off; a second is the finest it knows. */
export function serverTime(date, at = Date.now()) {
  const said = Date.parse(date ?? '');
  if (!Number.isNaN(said) && Math.abs(said - at - aheadMs) > 1500) aheadMs = said - at;
}

export const now = () => Date.now() + aheadMs;

/** Whole seconds from `iso` to `at`; negative when it lies ahead, null without a time. */
export function secondsSince(iso, at = now()) {
  const since = Date.parse(iso ?? '');
  return Number.isNaN(since) ? null : Math.floor((at - since) / 1000);
}

/** "0:42", "12:05", "1:02:03". */
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (number) => String(number).padStart(2, '0');
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** `calm`, `soon` when it is getting long, `late` when it is too long. */
export function mood(seconds, warnSeconds, lateSeconds) {
  if (seconds >= lateSeconds) return 'late';
  return seconds >= warnSeconds ? 'soon' : 'calm';
}
