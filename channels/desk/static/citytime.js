/**
 * The city's own time in fields for date and time.
 *
 * Pure. The city has one offset all year; a city with summer time would need more than this.
 */

const OFFSET = '+08:00';
const OFFSET_MS = 8 * 3_600_000;

/** "2026-11-26T09:30" in the city, of a moment. */
export const cityInput = (iso) => new Date(Date.parse(iso) + OFFSET_MS).toISOString().slice(0, 16);

/** The moment of "2026-11-26T09:30" in the city. */
export const cityTime = (input) => `${input.slice(0, 16)}:00${OFFSET}`;
