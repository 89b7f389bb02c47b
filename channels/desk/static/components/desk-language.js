/**
 * The language of the desk's words: the citizen page's menu, on the desk's ground.
 */
import {DeskElement, base, css, html} from '../lib.js';
import {language} from '../i18n.js';
import '../../../static/components/language-menu.js';

class DeskLanguage extends DeskElement {
  static styles = [
    base,
    css`
      :host {
        display: block;
        --head-ink: var(--ink);
      }
    `,
  ];

  render() {
    return html`<language-menu
      .language=${language()}
      @choose-language=${({detail}) => this.desk.speak(detail)}
    ></language-menu>`;
  }
}

customElements.define('desk-language', DeskLanguage);
