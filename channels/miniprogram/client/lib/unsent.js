/**
 * Photos, videos and recordings that have not reached the gateway: files, kept over restarts of the app until they have.
 *
 * A file is `{id, path, kind}`: `id` is its message's, so sending it twice does nothing twice; `kind` is `image`, `audio`
 * or `video`. It sends nothing.
 */
const {newId} = require('./ids');
const {read, remove, write} = require('./storage');

const KEY = 'unsent';

/** Keeps a file where WeChat does not tidy it away; gives it as it is kept. */
function keep(path, kind) {
  let kept = path;
  try {
    kept = wx.getFileSystemManager().saveFileSync(path);
  } catch {
    // there is no room: it stays where it is until the app ends
  }
  const file = {id: newId(), path: kept, kind};
  save([...waiting(), file]);
  return file;
}

/** Those that are kept, oldest first. */
function waiting() {
  return files().filter(isThere);
}

function forget({id, path}) {
  save(files().filter((one) => one.id !== id));
  try {
    wx.getFileSystemManager().unlinkSync(path);
  } catch {
    // it is gone already
  }
}

function isThere({path}) {
  try {
    wx.getFileSystemManager().accessSync(path);
    return true;
  } catch {
    return false;
  }
}

const files = () => read(KEY) || [];

function save(list) {
  if (list.length) write(KEY, list);
  else remove(KEY);
}

module.exports = {forget, keep, waiting};
