/** Tells listeners by name; no more. */
class Emitter {
  constructor() {
    this.listeners = {};
  }

  /** Returns what takes the listener off again. */
  on(name, listener) {
    this.listeners[name] = [...(this.listeners[name] || []), listener];
    return () => {
      this.listeners[name] = this.listeners[name].filter((one) => one !== listener);
    };
  }

  emit(name, detail) {
    for (const listener of this.listeners[name] || []) listener(detail);
  }
}

module.exports = {Emitter};
