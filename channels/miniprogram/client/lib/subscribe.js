/**
 * Asks for news of tickets by WeChat's subscribe messages: only by a tap, once for one message.
 */

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

module.exports = {askForNews};
