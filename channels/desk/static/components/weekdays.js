/**
 * The seven days as small boxes, named as the reader's language names them.
 */
import {css, html} from '../lib.js';
import {locale, t} from '../i18n.js';

const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

/** The name of an ISO weekday, 1 is Monday. */
export function weekdayName(day, style = 'short') {
  return new Intl.DateTimeFormat(locale(), {weekday: style, timeZone: 'UTC'}).format(new Date(MONDAY + (day - 1) * DAY_MS));
}

export const weekdayStyles = css`
  .days {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.9rem;
  }
  .days .check {
    gap: 0.35rem;
    min-height: 2rem;
    font-size: 0.92rem;
  }
`;

/** @param changed is told the new list */
export function weekdayChecks(days, changed) {
  const turn = (day, on) => changed([1, 2, 3, 4, 5, 6, 7].filter((one) => (one === day ? on : days.includes(one))));
  return html`<div class="days" role="group" aria-label=${t('weekdays')}>
    ${[1, 2, 3, 4, 5, 6, 7].map(
      (day) =>
        html`<label class="check">
          <input type="checkbox" .checked=${days.includes(day)} @change=${({target}) => turn(day, target.checked)} />${weekdayName(day)}
        </label>`,
    )}
  </div>`;
}
