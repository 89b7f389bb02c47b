/**
 * The citizen's side of the hotline in WeChat: one conversation for the whole app, kept while it runs.
 */
const {Chat} = require('./lib/chat');
const {numberIn} = require('./lib/component');
const {choose, wished} = require('./lib/language');
const {watchPrivacy} = require('./lib/privacy');

App({
  onLaunch() {
    watchPrivacy();
    this.chat = new Chat(choose(wished()));
    this.chat.start();
  },

  /** Comes to the front, perhaps by the code on a lamp or a manhole. */
  onShow(options) {
    const number = numberIn((options && options.query) || {});
    if (number) this.chat.about(number);
    this.chat.show();
  },

  /** WeChat ends connections a few seconds after this; better to end them in order. */
  onHide() {
    this.chat.hide();
  },
});
