/**
 * What every citizen should find without asking: the emergency numbers and the telephone line.
 *
 * A column beside the conversation on wide screens, one line above it on narrow ones.
 */
import {css, html} from '../vendor/lit.js';
import {base} from '../styles.js';
import {icons} from '../icons.js';
import {t} from '../i18n.js';
import {HotlineElement} from './element.js';

const NUMBERS = ['110', '119', '120', '122'];

class ServiceNotes extends HotlineElement {
  static styles = [
    base,
    css`
      aside {
        padding: 0 1rem;
        background: var(--danger-soft);
        color: var(--danger-soft-ink);
        border-bottom: 1px solid var(--line);
        font-size: max(var(--least), 0.92rem);
      }
      .urgent {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 0 0.8rem;
      }
      .long {
        display: none;
      }
      h2 {
        min-width: 0;
        padding-block: 0.3rem;
        overflow-wrap: anywhere;
        font-size: inherit;
        font-weight: 600;
        line-height: 1.3;
      }
      ul {
        display: flex;
      }
      a {
        display: inline-flex;
        align-items: center;
        justify-content: center;
        gap: 0.5rem;
        min-height: 2.75rem;
        min-width: 2.75rem;
        padding-inline: 0.3rem;
        color: var(--danger);
        font-weight: 700;
      }
      .what,
      .more {
        display: none;
      }

      @media (max-width: 22.5rem) {
        aside {
          padding-inline: 0.6rem 0.3rem;
          font-size: max(var(--least), 0.85rem);
        }
        .urgent {
          column-gap: 0.3rem;
        }
        a {
          padding: 0;
        }
      }
      @media (min-width: 60rem) {
        aside {
          display: block;
          height: 100%;
          padding: 1.5rem 1.25rem;
          overflow-y: auto;
          background: none;
          border: 0;
          color: var(--ink);
          font-size: 1rem;
        }
        .long {
          display: inline;
        }
        .short {
          display: none;
        }
        h2 {
          padding: 0;
          font-size: 1.05rem;
          margin-bottom: 0.6rem;
        }
        .urgent {
          display: block;
          padding: 1rem;
          border-radius: var(--radius);
          background: var(--danger-soft);
          color: var(--danger-soft-ink);
        }
        ul {
          display: grid;
          gap: 0.2rem;
        }
        .urgent a {
          justify-content: flex-start;
          width: 100%;
          min-height: 3rem;
          padding-inline: 0.5rem;
          border-radius: 10px;
          text-decoration: none;
        }
        .urgent a:hover {
          background: var(--danger);
          color: var(--danger-ink);
        }
        b {
          flex: none;
          font-size: 1.3rem;
          width: 2.6em;
          font-variant-numeric: tabular-nums;
        }
        .what {
          display: block;
          font-weight: 450;
          line-height: 1.3;
        }
        .more {
          display: block;
          margin-top: 1.5rem;
        }
        .more p {
          color: var(--muted);
          line-height: 1.5;
        }
        .more a {
          color: var(--primary);
          padding: 0;
          font-size: min(var(--most), 1.5rem);
          text-decoration: none;
        }
        .more p + p {
          margin-top: 0.8rem;
        }
      }
    `,
  ];

  render() {
    return html`<aside aria-label=${t('notes')}>
      <div class="urgent">
        <h2><span class="short">${t('emergency_short')}</span><span class="long">${t('emergency_title')}</span></h2>
        <ul>
          ${NUMBERS.map(
            (number) =>
              html`<li>
                <a href="tel:${number}" aria-label="${number} ${t(`call_${number}`)}"
                  ><b>${number}</b> <span class="what">${t(`call_${number}`)}</span></a
                >
              </li>`,
          )}
        </ul>
      </div>
      <div class="more">
        <h2>${t('by_phone')}</h2>
        <a href="tel:12345">${icons.phone}12345</a>
        <p>${t('by_phone_words')}</p>
        <p>${t('about_words')}</p>
      </div>
    </aside>`;
  }
}

customElements.define('service-notes', ServiceNotes);
