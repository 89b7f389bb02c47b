/** The conversation: what was said, what can be answered, and every way to say more. */
const {ApiError} = require('../../lib/api');
const {numberOf} = require('../../lib/component');
const {say} = require('../../lib/language');
const media = require('../../lib/media');
const {namesIn} = require('../../lib/names');
const {UNOPENED} = require('../../lib/outbox');
const {confirmed, dress, tell} = require('../../lib/shell');
const {read, write} = require('../../lib/storage');
const {askAndTell} = require('../../lib/subscribe');
const unsent = require('../../lib/unsent');
const {chatView, unsentWords} = require('../../lib/view');

const NEWS_KEY = 'news_asked';
/** What is said of a refusal, by its code or its status: a proxy before the gateway knows no codes. */
const PROBLEMS = {
  413: 'attach_too_large',
  415: 'attach_kind',
  unreadable_file: 'attach_kind',
  file_infected: 'attach_infected',
  too_many_attachments: 'attach_too_many',
};
/** Such a file will never be taken: it is not kept. */
const USELESS = ['attach_too_large', 'attach_kind', 'attach_infected'];

/** The file is in the conversation, whatever became of the gateway's answer. */
const arrived = ({id}) => getApp().chat.state.messages.some(({message_id: sent}) => sent === id);

/** The file belongs to the conversation that is open. */
const isHere = ({conversation}) => [UNOPENED, getApp().chat.conversationId].includes(conversation);

Page({
  data: {t: {}, language: '', view: {items: [], replies: [], last: ''}, busy: '', notice: '', unsent: '', news: false, privacy: false},

  onLoad() {
    const {chat} = getApp();
    this.names = {categories: {}, units: {}};
    this.sending = new Set(); // ids of files that are on their way
    this.offs = [
      chat.on('change', () => this.refresh()),
      chat.on('language', () => this.dressed()),
      chat.on('restore-text', (text) => this.composer().restore(text)),
    ];
  },

  onShow() {
    this.dressed();
  },

  onUnload() {
    for (const off of this.offs) off();
  },

  /** Puts on the language, and asks for the city's names in it. */
  async dressed() {
    dress(this, 'name');
    this.redraw();
    this.names = await namesIn(this.data.language);
    this.redraw();
  },

  /** Many things happen at once; they are drawn once. */
  refresh() {
    if (this.drawing) return;
    this.drawing = true;
    wx.nextTick(() => {
      this.drawing = false;
      this.redraw();
    });
  },

  redraw() {
    const {chat} = getApp();
    const {t} = this.data;
    const view = chatView(chat.state, t, this.names);
    const asked = read(NEWS_KEY) === view.ticket;
    this.waiting().filter(arrived).forEach(unsent.forget);
    const news = Boolean(view.ticket && !asked && Object.keys(chat.session.templates).length);
    this.setData({
      view,
      news,
      notice: chat.state.notice ? t[chat.state.notice] || t.failed : '',
      unsent: unsentWords(this.waiting(), t),
    });
    if (view.component && this.told !== view.component.words) this.composer().restore(this.opening(view.component));
    this.told = view.component ? view.component.words : '';
  },

  opening({words}) {
    return say(this.data.t.component_prefix, {component: words});
  },

  composer() {
    return this.selectComponent('#composer');
  },

  send({detail}) {
    getApp().chat.sendText(detail.text);
  },

  typed() {
    getApp().chat.typed();
  },

  press({currentTarget}) {
    const {title, payload} = this.data.view.replies[currentTarget.dataset.index];
    if (payload) getApp().chat.press({title, payload});
    else getApp().chat.sendText(title);
  },

  human() {
    getApp().chat.requestHuman(this.data.t.human_short);
  },

  cancelWaiting() {
    getApp().chat.cancelWaiting();
  },

  again({detail}) {
    getApp().chat.again(detail.id);
  },

  edit({detail}) {
    getApp().chat.takeBack(detail.id);
  },

  dismiss() {
    getApp().chat.dismissNotice();
  },

  forgetComponent() {
    getApp().chat.forgetComponent();
  },

  openTickets() {
    wx.navigateTo({url: '/pages/tickets/tickets'});
  },

  openSettings() {
    wx.navigateTo({url: '/pages/settings/settings'});
  },

  trouble({detail}) {
    tell(detail.words);
  },

  async scan() {
    const text = await media.code().catch(() => null);
    if (text === null) return;
    const number = numberOf(text);
    if (number) getApp().chat.about(number);
    else tell(this.data.t.scan_none);
  },

  async photo() {
    const chosen = await this.asked(media.photo(), 'attach_failed');
    if (chosen) await this.deliver([this.keep(chosen.path, chosen.kind)]);
  },

  async place() {
    const words = await this.asked(media.place(), 'place_failed');
    if (words) getApp().chat.sendText(words);
  },

  voice({detail}) {
    return this.deliver([this.keep(detail.path, 'audio')]);
  },

  keep(path, kind) {
    return unsent.keep(path, kind, getApp().chat.conversationId);
  },

  /** Files that wait to be sent again. */
  waiting() {
    return unsent.waiting().filter(({id}) => !this.sending.has(id));
  },

  sendAgain() {
    return this.deliver(this.waiting());
  },

  async dropUnsent() {
    const {t} = this.data;
    if (!(await confirmed(t.unsent_drop, t.unsent_drop_words, t))) return;
    this.waiting().forEach(unsent.forget);
    this.redraw();
  },

  /** Brings kept files to the gateway, one by one, except those on their way; what does not arrive is shown as not sent. */
  async deliver(files) {
    const fresh = files.filter(({id}) => !this.sending.has(id));
    for (const {id} of fresh) this.sending.add(id);
    this.redraw();
    try {
      for (const file of fresh) await (file.kind === 'audio' && isHere(file) ? this.hear(file) : this.attach(file));
    } finally {
      for (const {id} of fresh) this.sending.delete(id);
      this.setData({busy: this.sending.size ? this.data.t.uploading : ''});
      this.redraw();
    }
  },

  /** Said instead of written: as text to be checked where somebody can hear it, else as a file. */
  async hear(file) {
    const {t} = this.data;
    this.setData({busy: t.hearing});
    try {
      const text = await getApp().chat.hear(file.path);
      if (!isHere(file)) return void (await this.attach(file)); // the box to check it in is another chat's by now
      unsent.forget(file);
      if (text) this.composer().restore(text);
      tell(text ? t.voice_check : t.voice_nothing);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (await this.attach(file)) tell(t.voice_kept);
    }
  },

  /** Uploads a file and keeps it no longer; says why when it does not work, and gives whether it does. */
  async attach(file) {
    const {t} = this.data;
    this.setData({busy: t.uploading});
    try {
      await getApp().chat.attach(file);
      unsent.forget(file);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (arrived(file)) return true;
      const problem = PROBLEMS[error.code] || PROBLEMS[error.status] || 'attach_failed';
      if (USELESS.includes(problem)) unsent.forget(file);
      tell(t[problem]);
      return false;
    }
  },

  /** What the phone gives; null, with a word about it, when it does not. */
  asked(wanted, problem) {
    return wanted.catch((error) => {
      tell(this.data.t[error.message === 'refused' ? 'privacy_refused' : problem]);
      return null;
    });
  },

  /** After a ticket was filed, by a tap: WeChat's own question whether news may come. */
  async askNews() {
    const {t, view} = this.data;
    if (!(await askAndTell(getApp().chat.session, t))) return;
    write(NEWS_KEY, view.ticket);
    this.redraw();
  },

  stopForm() {
    getApp().chat.press({payload: '/cancel', title: this.data.t.form_stop});
  },
});
