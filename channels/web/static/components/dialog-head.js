/**
 * The head of a dialog: its title, which can take the focus, and a button that closes it. It holds no state.
 */
import {css, html} from '../vendor/lit.js';
import {icons} from '../icons.js';
import {t} from '../i18n.js';

export const headStyles = css`
  .top {
    display: flex;
    align-items: flex-start;
    justify-content: space-between;
    gap: 1rem;
  }
  .close {
    flex: none;
    margin: -0.6rem -0.6rem 0 0;
    padding: 0;
    border-color: transparent;
    background: none;
  }
  .help {
    margin-top: 0.4rem;
    color: var(--muted);
    font-size: max(var(--least), 0.92rem);
  }
`;

/** @param close what the button does */
export const dialogHead = (title, close) =>
  html`<div class="top">
    <h2 id="title" tabindex="-1">${title}</h2>
    <button class="button close" aria-label=${t('close')} @click=${close}>${icons.close}</button>
  </div>`;
