/** WeChat's privacy agreement: read it, agree by WeChat's own button, or do not. */
const {settle} = require('../../lib/privacy');

Component({
  properties: {t: Object},
  methods: {
    read() {
      wx.openPrivacyContract({fail: () => {}});
    },
    agree() {
      settle(true, 'privacy-agree');
    },
    refuse() {
      settle(false);
    },
  },
});
