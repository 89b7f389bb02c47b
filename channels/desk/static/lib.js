/**
 * What the desk takes from the citizen page: lit, its base styles, icons and the language of a component.
 */
import {untilImported} from '../../static/backoff.js';
import {HotlineElement} from '../../static/components/element.js';
import {words} from './i18n.js';

export {LitElement, css, html, live, nothing, repeat, svg} from '../../static/vendor/lit.js';
export {base, dialog} from '../../static/styles.js';
export {seal} from '../../static/icons.js';
export {icons} from './icons.js';

/** Sees to it that the component of a loader is there, now or when the connection allows; it appears by itself. */
export function wanted(load) {
  if (load) untilImported(load);
}

/** A component that is drawn again when the words change. `desk` is what it may do, `state` what it may know. */
export class DeskElement extends HotlineElement {
  static properties = {desk: {attribute: false}, state: {attribute: false}};
  #again = () => this.requestUpdate();

  connectedCallback() {
    super.connectedCallback();
    words.addEventListener('change', this.#again);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    words.removeEventListener('change', this.#again);
  }

  $(selector) {
    return this.renderRoot.querySelector(selector);
  }
}
