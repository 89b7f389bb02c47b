/**
 * Photos, videos and recordings that have not reached the gateway: files, kept over restarts of the app until they have.
 *
 * A file is `{id, path, kind, conversation}`: `id` is its message's, so sending it twice to its conversation does
 * nothing twice; `kind` is `image`, `audio` or `video`; `conversation` is its id, or UNOPENED. It sends nothing.
 */
const {newId} = require('./ids');
const {UNOPENED} = require('./outbox');
const {read, remove, write} = require('./storage');

const KEY = 'unsent';

/** Keeps a file where WeChat does not tidy it away; gives it as it is kept. */
function keep(path, kind, conversation) {
  let kept = path;
  try {
    kept = wx.getFileSystemManager().saveFileSync(path);
  } catch {
    // there is no room: it stays where it is until the app ends
  }
  const file = {id: newId(), path: kept, kind, conversation};
  save([...waiting(), file]);
  return file;
}

/** Those of all conversations, oldest first: each goes to its own, and none is out of sight. */
function waiting() {
  return files().filter(isThere);
}

/** Gives what waits for one conversation to another. */
function move(from, to) {
  save(files().map((file) => (file.conversation === from ? {...file, conversation: to} : file)));
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

/** Those of an app that kept no conversation belong to the next that is opened. */
const files = () => (read(KEY) || []).map((file) => ({conversation: UNOPENED, ...file}));

function save(list) {
  if (list.length) write(KEY, list);
  else remove(KEY);
}

module.exports = {forget, keep, move, waiting};
