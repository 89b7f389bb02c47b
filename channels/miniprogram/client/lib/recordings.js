/**
 * What was said and has not reached the gateway: sound files, kept over restarts of the app until it has.
 */
const {read, remove, write} = require('./storage');

const KEY = 'recordings';

/** Keeps a recording where WeChat does not tidy it away; gives its new path. */
function keep(path) {
  let kept = path;
  try {
    kept = wx.getFileSystemManager().saveFileSync(path);
  } catch {
    // there is no room: it stays where it is until the app ends
  }
  save([...paths(), kept]);
  return kept;
}

/** The paths of those that are kept, oldest first. */
function waiting() {
  return paths().filter(isThere);
}

function forget(path) {
  save(paths().filter((one) => one !== path));
  try {
    wx.getFileSystemManager().unlinkSync(path);
  } catch {
    // it is gone already
  }
}

function isThere(path) {
  try {
    wx.getFileSystemManager().accessSync(path);
    return true;
  } catch {
    return false;
  }
}

const paths = () => read(KEY) || [];

function save(list) {
  if (list.length) write(KEY, list);
  else remove(KEY);
}

module.exports = {forget, keep, waiting};
