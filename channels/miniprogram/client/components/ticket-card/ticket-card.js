/** A ticket as its citizen may see it: the number to keep, its stage, what it is about and by when. */
const {agreed} = require('../../lib/privacy');

Component({
  properties: {card: Object, t: Object},
  data: {copied: false},
  methods: {
    async copy() {
      if (!(await agreed())) return;
      wx.setClipboardData({data: this.data.card.number, success: () => this.setData({copied: true})});
    },
  },
});
