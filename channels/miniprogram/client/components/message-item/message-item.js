/** One message: who said it, its text, and the cards that belong to it. Text is always shown as text. */
Component({
  properties: {item: Object, t: Object},
  methods: {
    call({currentTarget}) {
      wx.makePhoneCall({phoneNumber: currentTarget.dataset.number, fail: () => {}});
    },
    again() {
      this.triggerEvent('again', {id: this.data.item.again});
    },
    edit() {
      this.triggerEvent('edit', {id: this.data.item.edit});
    },
  },
});
