/** Asks for a judgement after a talk with a person: one to five stars, and whether it is solved. */
const {ApiError} = require('../../lib/api');
const {say} = require('../../lib/language');
const {read, write} = require('../../lib/storage');

Component({
  properties: {asked: Object, t: Object},
  data: {scores: [1, 2, 3, 4, 5], score: 0, solved: null, problem: '', busy: false, sent: 0, title: ''},
  observers: {
    'asked, t'(asked, t) {
      if (!asked || !t || !t.rating_title) return;
      const title = asked.agent ? say(t.rating_title_named, {agent: asked.agent}) : t.rating_title;
      this.setData({title, sent: read(`rating.${asked.handoff_id}`) || 0});
    },
  },
  methods: {
    choose({currentTarget}) {
      this.setData({score: currentTarget.dataset.score, problem: ''});
    },
    solve({currentTarget}) {
      this.setData({solved: currentTarget.dataset.solved});
    },
    async send() {
      const {asked, score, solved, t, busy} = this.data;
      if (busy) return;
      if (!score) {
        this.setData({problem: t.rating_choose});
        return;
      }
      this.setData({busy: true, problem: ''});
      try {
        await getApp().chat.rate({handoff_id: asked.handoff_id, score, solved});
        write(`rating.${asked.handoff_id}`, score);
        this.setData({sent: score});
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        this.setData({problem: t.rating_failed});
      } finally {
        this.setData({busy: false});
      }
    },
  },
});
