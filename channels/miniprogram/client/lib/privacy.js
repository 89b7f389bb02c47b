/**
 * WeChat's privacy agreement: nothing personal (camera, album, place, microphone, clipboard) is asked for before it.
 *
 * WeChat calls `onNeedPrivacyAuthorization` when the citizen has not agreed yet; the page that is in front shows its
 * sheet, and the citizen's tap settles what waits.
 */
let show = null;
let waiting = [];

function watchPrivacy() {
  if (!wx.onNeedPrivacyAuthorization) return; // before WeChat 8.0.30 there is no agreement
  wx.onNeedPrivacyAuthorization((resolve) => {
    waiting.push(resolve);
    if (show) show(true);
    else settle(false);
  });
}

/** The page in front: `sheet(visible)` shows or hides its sheet. */
function usePrivacySheet(sheet) {
  show = sheet;
}

/** The citizen has agreed by the button with `buttonId`, or refused. */
function settle(agreed, buttonId = '') {
  const answers = waiting;
  waiting = [];
  for (const resolve of answers) resolve(agreed ? {event: 'agree', buttonId} : {event: 'disagree'});
  if (show) show(false);
}

/** Resolves to whether the citizen has agreed; asks when that is not known yet. */
function agreed() {
  return new Promise((resolve) => {
    if (!wx.requirePrivacyAuthorize) resolve(true);
    else wx.requirePrivacyAuthorize({success: () => resolve(true), fail: () => resolve(false)});
  });
}

module.exports = {agreed, settle, usePrivacySheet, watchPrivacy};
