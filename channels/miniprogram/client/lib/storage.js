/**
 * WeChat's storage, safe to use where it is full: what cannot be kept for longer is kept until the app ends.
 */
const PREFIX = 'hotline.';
const memory = {};

function read(key) {
  if (key in memory) return memory[key];
  try {
    const text = wx.getStorageSync(PREFIX + key);
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

function write(key, value) {
  try {
    wx.setStorageSync(PREFIX + key, JSON.stringify(value));
    delete memory[key];
  } catch {
    memory[key] = value;
  }
}

function remove(key) {
  delete memory[key];
  try {
    wx.removeStorageSync(PREFIX + key);
  } catch {
    // nothing was kept
  }
}

module.exports = {read, write, remove};
