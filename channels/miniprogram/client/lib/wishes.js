/**
 * How the citizen wishes to hear of tickets beside the conversation: read and kept at the gateway, and what the page
 * shows of it. A wish holds for the conversation that it was made in.
 */
const {request} = require('./api');
const {LANGUAGES, NAMES} = require('./language');

/** The ways that are offered here, each with the key of its name. */
const WAYS = {subscribe: 'news_subscribe', sms: 'news_sms'};
const LEVELS = {answers: 'news_answers', every_step: 'news_every_step', none: 'news_none'};
/** `null` is the conversation's. */
const CHOICES = [null, ...LANGUAGES];

/** `{language, email, sms, subscribe, quiet}`; rejects with an ApiError. */
function newsWishes(session) {
  return session.call((token, folder) => request('GET', `${folder}/preferences`, {token}));
}

/** Keeps what the page may change of the wishes and gives them all; rejects with an ApiError. */
function wishNews(session, wishes) {
  const data = {language: wishes.language, quiet: wishes.quiet};
  for (const way of offered(wishes)) data[way] = {level: wishes[way].level};
  return session.call((token, folder) => request('PUT', `${folder}/preferences`, {token, data}));
}

const offered = (wishes) => Object.keys(WAYS).filter((way) => wishes[way].offered);

/** What the page draws. */
function wishesView(wishes, t) {
  return {
    ways: offered(wishes).map((way) => ({way, title: t[WAYS[way]], levels: levels(wishes[way].level, t)})),
    quiet: wishes.quiet,
    language: CHOICES.indexOf(wishes.language),
    languages: CHOICES.map((one) => NAMES[one] || t.news_language_same),
    askable: wishes.subscribe.level !== 'none',
  };
}

function levels(chosen, t) {
  return Object.keys(LEVELS).map((level) => ({level, words: t[LEVELS[level]], on: level === chosen}));
}

module.exports = {CHOICES, newsWishes, wishNews, wishesView};
