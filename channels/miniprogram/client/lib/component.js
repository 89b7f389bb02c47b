/**
 * The numbers on lamps, manholes and poles: read out of a scanned code, and looked up at the gateway.
 *
 * A code is the number itself (`LD-0001`), an address that ends with it or has it as `c` or `component`, or a code of
 * the mini-program, whose `scene` is `c=LD-0001` or the number.
 */
const {request} = require('./api');

const NUMBER = /^[A-Za-z]{1,6}-[0-9]{1,12}$/;

/** The number in a text that was scanned; null when there is none. */
function numberOf(text) {
  const decoded = decode(String(text || '').trim());
  if (NUMBER.test(decoded)) return decoded.toUpperCase();
  const named = /[?&#]?(?:^|[?&#])(?:c|component)=([A-Za-z]{1,6}-[0-9]{1,12})(?![A-Za-z0-9-])/.exec(decoded);
  if (named) return named[1].toUpperCase();
  const last = decoded.split(/[?#]/)[0].split('/').pop();
  return /^https?:/.test(decoded) && NUMBER.test(last) ? last.toUpperCase() : null;
}

/** The number with which the app was opened: `q` of an ordinary code, `scene` of a mini-program's, or `c`. */
function numberIn(query) {
  return numberOf(query.q) || numberOf(query.scene) || numberOf(query.c);
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `{id, kind, where}`; rejects with an ApiError, 404 when the city has none of that number. */
function find(number, language) {
  return request('GET', `/api/v1/miniprogram/components/${encodeURIComponent(number)}?language=${language}`);
}

module.exports = {find, numberIn, numberOf};
