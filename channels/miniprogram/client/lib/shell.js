/**
 * What all pages have in common: the language, the bigger type, the title, and the sheet of the privacy agreement.
 */
const {elder, strings} = require('./language');
const {usePrivacySheet} = require('./privacy');

/** Dresses a page; call it in onShow. `title` is the key of the page's title. */
function dress(page, title) {
  const {language} = getApp().chat;
  const t = strings(language);
  page.setData({t, language, elder: elder()});
  wx.setNavigationBarTitle({title: t[title]});
  usePrivacySheet((visible) => page.setData({privacy: visible}));
}

/** A short word at the foot of the page; a long one as a dialog, which WeChat's toast would cut. */
function tell(words) {
  if (words.length <= 14) wx.showToast({title: words, icon: 'none', duration: 2500});
  else wx.showModal({content: words, showCancel: false});
}

/** Asks before something that cannot be taken back; resolves to whether it is wished. */
function confirmed(title, words, t) {
  return new Promise((resolve) => {
    const texts = {title, content: words, confirmText: t.yes, cancelText: t.no};
    wx.showModal({...texts, success: ({confirm}) => resolve(confirm), fail: () => resolve(false)});
  });
}

module.exports = {confirmed, dress, tell};
