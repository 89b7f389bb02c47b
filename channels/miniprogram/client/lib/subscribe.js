/**
 * Asks for news of tickets by WeChat's subscribe messages: only by a tap, once for one message.
 */
const {ApiError} = require('./api');
const {tell} = require('./shell');

/**
 * Opens WeChat's own question and tells the gateway what was answered.
 *
 * @returns 'accepted', 'rejected' or 'off' (no template, or WeChat does not ask)
 */
async function askForNews(session) {
  const keys = Object.keys(session.templates);
  if (!keys.length || !wx.requestSubscribeMessage) return 'off';
  const answer = await new Promise((resolve) => {
    const tmplIds = keys.map((key) => session.templates[key]);
    wx.requestSubscribeMessage({tmplIds, success: resolve, fail: () => resolve(null)});
  });
  if (!answer) return 'off';
  const answers = {};
  for (const key of keys) if (answer[session.templates[key]]) answers[key] = answer[session.templates[key]];
  await session.own('POST', '/api/v1/miniprogram/subscriptions', {answers});
  return Object.values(answers).includes('accept') ? 'accepted' : 'rejected';
}

/** Asks, and tells the citizen what came of it; false: the gateway does not know of it. */
async function askAndTell(session, t) {
  try {
    const answer = await askForNews(session);
    if (answer !== 'off') tell(answer === 'accepted' ? t.news_accepted : t.news_rejected);
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    tell(t.failed);
    return false;
  }
}

module.exports = {askAndTell};
