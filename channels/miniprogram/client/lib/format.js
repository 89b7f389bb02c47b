/**
 * How times and sizes are shown. Pure, and without Intl, which not every phone's WeChat has.
 */
const {say} = require('./language');

const CITY_OFFSET_MS = 8 * 3600 * 1000;
const pad = (number) => String(number).padStart(2, '0');

/** A moment in the city's time (China has one zone and no summer time): "2026年11月26日 17:30". */
function moment(iso, t) {
  const at = new Date(iso);
  if (!iso || Number.isNaN(at.getTime())) return '';
  const local = new Date(at.getTime() + CITY_OFFSET_MS);
  return say(t.date_time, {
    year: local.getUTCFullYear(),
    month: t.months.split(' ')[local.getUTCMonth()],
    day: local.getUTCDate(),
    time: `${pad(local.getUTCHours())}:${pad(local.getUTCMinutes())}`,
  });
}

/** A calendar day as it was written: "2026-11-26" is the same day everywhere. */
function day(isoDay, t) {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(isoDay || '');
  if (!match) return '';
  const values = {year: match[1], month: t.months.split(' ')[Number(match[2]) - 1], day: Number(match[3])};
  return say(t.date_time, {...values, time: ''}).replace(/[,，\s]+$/, '');
}

/** The time of day on this phone. */
function clock(iso) {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? '' : `${pad(at.getHours())}:${pad(at.getMinutes())}`;
}

function fileSize(bytes) {
  return bytes >= 1000000 ? `${(bytes / 1000000).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1000))} kB`;
}

/** Characters as the server counts them, not UTF-16 units. */
const lengthOf = (text) => Array.from(text).length;

module.exports = {clock, day, fileSize, lengthOf, moment};
