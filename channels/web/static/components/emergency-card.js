/**
 * The emergency numbers of a message, large, in red, one tap from the call.
 */
import {css, html} from '../vendor/lit.js';
import {base} from '../styles.js';
import {icons} from '../icons.js';
import {known, t} from '../i18n.js';
import {HotlineElement} from './element.js';

class EmergencyCard extends HotlineElement {
  static properties = {numbers: {attribute: false}};

  static styles = [
    base,
    css`
      section {
        margin-top: 0.6rem;
        padding: 0.85rem;
        border: 2px solid var(--danger);
        border-radius: var(--radius);
        background: var(--danger-soft);
        color: var(--danger-soft-ink);
      }
      h2 {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        font-size: 1.05rem;
      }
      ul {
        display: grid;
        gap: 0.55rem;
        margin-top: 0.65rem;
      }
      a {
        display: flex;
        align-items: center;
        gap: 0.7rem;
        min-height: 3.25rem;
        padding: 0.4rem 1rem;
        border-radius: 12px;
        background: var(--danger);
        color: var(--danger-ink);
        text-decoration: none;
      }
      a:hover {
        filter: brightness(1.1);
      }
      b {
        font-size: min(var(--most), 1.5rem);
        line-height: 1.2;
        letter-spacing: 0.04em;
        font-variant-numeric: tabular-nums;
      }
      span {
        line-height: 1.3;
      }
    `,
  ];

  render() {
    return html`<section aria-label=${t('emergency_title')}>
      <h2>${icons.warning}${t('emergency_title')}</h2>
      <ul>
        ${(this.numbers ?? []).map(
          (number) =>
            html`<li>
              <a href="tel:${number}"
                >${icons.phone}<b>${number}</b>
                <span>${known(`call_${number}`) ? t(`call_${number}`) : t('call')}</span></a
              >
            </li>`,
        )}
      </ul>
    </section>`;
  }
}

customElements.define('emergency-card', EmergencyCard);
