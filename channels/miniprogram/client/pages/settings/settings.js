/** Language, bigger type, the way to news, a new conversation, signing out, and the telephone. */
const {ApiError} = require('../../lib/api');
const {LANGUAGES, NAMES, elder, setElder} = require('../../lib/language');
const {confirmed, dress, tell} = require('../../lib/shell');

const HOTLINE = '12345';

Page({
  data: {t: {}, languages: LANGUAGES.map((id) => ({id, name: NAMES[id]})), privacy: false},

  onShow() {
    dress(this, 'settings');
  },

  chooseLanguage({currentTarget}) {
    getApp().chat.chooseLanguage(currentTarget.dataset.language);
    dress(this, 'settings');
  },

  toggleElder() {
    setElder(!elder());
    dress(this, 'settings');
  },

  openNews() {
    wx.navigateTo({url: '/pages/news/news'});
  },

  async newChat() {
    const {t} = this.data;
    if (await confirmed(t.new_chat, t.new_chat_words, t)) await this.back(getApp().chat.turnTo(null));
  },

  async signOut() {
    const {t} = this.data;
    if (await confirmed(t.sign_out, t.sign_out_words, t)) await this.back(getApp().chat.signOut());
  },

  call() {
    wx.makePhoneCall({phoneNumber: HOTLINE, fail: () => {}});
  },

  privacyGuide() {
    wx.openPrivacyContract({fail: () => {}});
  },

  /** To the conversation, once something is done. */
  async back(doing) {
    try {
      await doing;
      wx.navigateBack();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      tell(this.data.t.failed);
    }
  },
});
