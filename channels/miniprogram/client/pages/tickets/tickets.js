/** My tickets: what became of each, in plain words and with its deadline; hurry it, or judge its outcome. */
const {ApiError, request} = require('../../lib/api');
const {newId} = require('../../lib/ids');
const {namesIn} = require('../../lib/names');
const {confirmed, dress, tell} = require('../../lib/shell');
const {listed} = require('../../lib/ticket');

Page({
  data: {t: {}, tickets: [], state: 'loading', shown: '', solved: null, satisfied: null, privacy: false},

  onLoad(query) {
    this.setData({shown: (query && query.number) || ''});
  },

  onShow() {
    dress(this, 'tickets');
    return this.load();
  },

  async onPullDownRefresh() {
    await this.load();
    wx.stopPullDownRefresh();
  },

  async load() {
    const {language} = this.data;
    try {
      const [{tickets}, names] = await Promise.all([
        getApp().chat.session.own('GET', '/api/v1/miniprogram/tickets'),
        namesIn(language),
      ]);
      this.setData({tickets: tickets.map((one) => listed(one, this.data.t, names)), state: 'there'});
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.setData({state: this.data.tickets.length ? 'there' : 'failed'});
    }
  },

  toggle({currentTarget}) {
    const {number} = currentTarget.dataset;
    this.setData({shown: this.data.shown === number ? '' : number, solved: null, satisfied: null});
  },

  answer({currentTarget}) {
    const {name, value} = currentTarget.dataset;
    this.setData({[name]: value});
  },

  async urge({currentTarget}) {
    const {t} = this.data;
    if (await this.wish(currentTarget.dataset.number, 'urge', {})) tell(t.ticket_urged);
  },

  async judge({currentTarget}) {
    const {solved, satisfied, t} = this.data;
    if (solved === null || satisfied === null) {
      tell(t.judge_both);
      return;
    }
    if (await this.wish(currentTarget.dataset.number, 'rate', {solved, satisfied})) tell(t.judge_thanks);
    this.setData({solved: null, satisfied: null});
  },

  /** Goes on in the conversation that filed the ticket. */
  async talk({currentTarget}) {
    const {number} = currentTarget.dataset;
    if (await this.turned(number)) wx.navigateBack();
  },

  /** Does something with a ticket by the token of its conversation, once. */
  async wish(number, what, body) {
    if (!(await this.turned(number))) return false;
    const data = {request_id: newId(), ...body};
    try {
      await getApp().chat.session.call((token) => request('POST', `/api/v1/tickets/${number}/${what}`, {token, data}));
      await this.load();
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      tell(this.data.t.failed);
      return false;
    }
  },

  async turned(number) {
    const {tickets, t} = this.data;
    const {conversation} = tickets.find((one) => one.number === number);
    const {chat} = getApp();
    if (conversation === chat.session.conversationId) return true;
    if (!(await confirmed(t.ticket_talk, t.ticket_talk_words, t))) return false;
    try {
      await chat.turnTo(conversation);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      tell(t.failed);
      return false;
    }
  },
});
