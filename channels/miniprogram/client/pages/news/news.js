/**
 * How the citizen hears of tickets beside the conversation: by which ways, of what, when, and in which language.
 *
 * What is chosen stays chosen when it cannot be kept; the words beside the button say so.
 */
const {ApiError} = require('../../lib/api');
const {dress} = require('../../lib/shell');
const {askAndTell} = require('../../lib/subscribe');
const {CHOICES, newsWishes, wishNews, wishesView} = require('../../lib/wishes');

Page({
  data: {t: {}, view: null, asks: false, said: '', problem: '', busy: false, privacy: false},

  onShow() {
    dress(this, 'news_title');
    if (!this.wishes) return this.load();
    this.draw(this.wishes);
  },

  /** Gets what the gateway keeps; says when it cannot, with a way to try again. */
  load() {
    return this.during(async () => this.draw(await newsWishes(getApp().chat.session)));
  },

  save() {
    return this.during(async () => {
      const sent = this.wishes;
      const kept = await wishNews(getApp().chat.session, sent);
      if (this.wishes !== sent) return; // something else was chosen meanwhile, and is not kept yet
      this.draw(kept);
      this.setData({said: this.data.t.news_saved});
    });
  },

  /** Shows wishes, kept or only chosen. */
  draw(wishes) {
    this.wishes = wishes;
    const asks = Object.keys(getApp().chat.session.templates).length > 0;
    this.setData({view: wishesView(wishes, this.data.t), asks, said: ''});
  },

  chooseLevel({currentTarget}) {
    const {way, level} = currentTarget.dataset;
    this.draw({...this.wishes, [way]: {...this.wishes[way], level}});
  },

  chooseTime({currentTarget, detail}) {
    this.draw({...this.wishes, quiet: {...this.wishes.quiet, [currentTarget.dataset.end]: detail.value}});
  },

  chooseLanguage({detail}) {
    this.draw({...this.wishes, language: CHOICES[Number(detail.value)]});
  },

  /** By a tap: WeChat's own question whether one more message may come. */
  askNews() {
    return askAndTell(getApp().chat.session, this.data.t);
  },

  async during(work) {
    if (this.data.busy) return;
    this.setData({busy: true, said: '', problem: ''});
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.setData({problem: this.data.t.news_failed});
    } finally {
      this.setData({busy: false});
    }
  },
});
