/**
 * What every component has: the language of its words and a short way to tell its parent something.
 */
import {LitElement} from '../vendor/lit.js';

export class HotlineElement extends LitElement {
  static properties = {language: {attribute: false}};

  /** Fires `name` with `detail`; it passes the borders of components. */
  tell(name, detail = null) {
    this.dispatchEvent(new CustomEvent(name, {detail, bubbles: true, composed: true}));
  }
}
