/**
 * What the city's categories and units are called, by language: asked for once a day and kept.
 */
const {ApiError, request} = require('./api');
const {read, write} = require('./storage');

const DAY_MS = 24 * 3600 * 1000;

/** `{categories, units}`; what is kept when the gateway is away, else nothing but ids. */
async function namesIn(language) {
  const kept = read(`names.${language}`);
  if (kept && Date.now() - kept.at < DAY_MS) return kept;
  try {
    const {categories, units} = await request('GET', `/api/v1/miniprogram/names?language=${language}`);
    const fresh = {categories, units, at: Date.now()};
    write(`names.${language}`, fresh);
    return fresh;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return kept || {categories: {}, units: {}};
  }
}

module.exports = {namesIn};
