/**
 * Photos, places and codes from the phone, each after the privacy agreement. What the citizen breaks off is null.
 */
const {agreed} = require('./privacy');

/** One photo or video as `{path, kind}`, compressed by WeChat; null: none was chosen. Rejects with `refused`. */
async function photo() {
  await needAgreement();
  const options = {count: 1, mediaType: ['image', 'video'], sizeType: ['compressed'], maxDuration: 30};
  const found = await called(wx.chooseMedia, options);
  if (!found) return null;
  const [{tempFilePath: path, fileType}] = found.tempFiles;
  return {path, kind: fileType === 'video' ? 'video' : 'image'};
}

/** A place chosen on the map, in words; null: none was chosen. Rejects with `refused` or `failed`. */
async function place() {
  await needAgreement();
  const found = await called(wx.chooseLocation, {});
  if (!found) return null;
  const words = [found.address, found.name].filter(Boolean);
  if (!words.length) throw new Error('failed');
  return words.length === 2 && words[0].includes(words[1]) ? words[0] : words.join(' ');
}

/** What a scanned code holds; null: nothing was scanned. */
async function code() {
  const found = await called(wx.scanCode, {scanType: ['qrCode', 'barCode']});
  return found ? found.result || found.path || '' : null;
}

/** Rejects with `refused` when the citizen does not agree. */
async function needAgreement() {
  if (!(await agreed())) throw new Error('refused');
}

function called(method, options) {
  return new Promise((resolve, reject) => {
    const fail = ({errMsg}) => (/cancel/.test(errMsg || '') ? resolve(null) : reject(new Error('failed')));
    method.call(wx, {...options, success: resolve, fail});
  });
}

module.exports = {code, needAgreement, photo, place};
