/**
 * The page's own icons, drawn with lines of the text's colour; hidden from screen readers.
 */
import {html, svg} from './vendor/lit.js';

const icon = (content) =>
  html`<svg
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="1.9"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    ${content}
  </svg>`;

export const icons = {
  attach: icon(
    svg`<path d="M20 11.5l-8.2 8.2a5.2 5.2 0 0 1-7.4-7.4l8.6-8.6a3.5 3.5 0 0 1 5 5l-8.500 8.500a1.700 1.700 0 0 1-2.500-2.500l7.700-7.700"/>`,
  ),
  check: icon(svg`<path d="M4.500 12.500l5 5 10-11"/>`),
  close: icon(svg`<path d="M6 6l12 12M18 6L6 18"/>`),
  copy: icon(svg`<rect x="9" y="9" width="11" height="11" rx="2"/><path d="M5 15H4V5a1 1 0 0 1 1-1h10v1"/>`),
  down: icon(svg`<path d="M12 5v14M6 13l6 6 6-6"/>`),
  globe: icon(svg`<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18"/>`),
  headset: icon(
    svg`<path d="M5 14v-2a7 7 0 0 1 14 0v2"/><rect x="3.500" y="13" width="4" height="6" rx="1.500"/><rect x="16.500" y="13" width="4" height="6" rx="1.500"/><path d="M18.500 19c0 2-2 2.500-5 2.500"/>`,
  ),
  fresh: icon(svg`<path d="M4 5h16v11H9l-5 4z"/><path d="M12 7.500v6M9 10.500h6"/>`),
  large: icon(svg`<path d="M3 19L9 5l6 14M5.200 14.500h7.600"/><path d="M18.500 9.500v9M14.500 14h8"/>`),
  mic: icon(
    svg`<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5 11.500a7 7 0 0 0 14 0M12 18.500V21.500"/>`,
  ),
  person: icon(svg`<circle cx="12" cy="8" r="4"/><path d="M4.500 20.500c.8-4 3.500-6 7.500-6s6.700 2 7.500 6"/>`),
  pin: icon(svg`<path d="M12 21.500c4.500-5 6.500-8.300 6.500-11.500a6.500 6.500 0 0 0-13 0c0 3.200 2 6.500 6.500 11.500z"/><circle cx="12" cy="10" r="2.300"/>`),
  phone: icon(
    svg`<path d="M6 3h3l1.500 5-2 1.500c1 2.500 3 4.500 5.500 5.500l1.500-2 5 1.500V18a3 3 0 0 1-3 3C10 20.500 3.500 14 3 6a3 3 0 0 1 3-3z"/>`,
  ),
  retry: icon(svg`<path d="M19.500 8A8.500 8.500 0 1 0 20.500 13"/><path d="M20 3v5h-5"/>`),
  search: icon(svg`<circle cx="10.500" cy="10.500" r="6.500"/><path d="M15.500 15.500L21 21"/>`),
  send: icon(svg`<path d="M3.500 11.500L20.500 4l-5.500 16.500-3.500-7z"/><path d="M11.500 13.500L20 4.500"/>`),
  speaker: icon(svg`<path d="M4 9.500h3.500L12.500 5v14l-5-4.500H4z"/><path d="M16 9a4.500 4.500 0 0 1 0 6M18.500 6.500a8 8 0 0 1 0 11"/>`),
  ticket: icon(
    svg`<path d="M5 3h14v18l-2.300-1.500L14.300 21 12 19.500 9.700 21l-2.400-1.500L5 21z"/><path d="M8.500 8h7M8.500 12h7"/>`,
  ),
  wait: icon(svg`<circle cx="12" cy="12" r="9"/><path d="M12 7v5.500l3.500 2"/>`),
  warning: icon(svg`<path d="M12 3.500l9.500 17h-19z"/><path d="M12 10v5M12 17.800v.2"/>`),
};

export const seal = html`<svg viewBox="0 0 48 48" aria-hidden="true" focusable="false">
  <rect width="48" height="48" rx="11" fill="var(--seal)" />
  <g fill="none" stroke="var(--seal-ink)" stroke-width="3" stroke-linecap="round">
    <path d="M13 28v-4a11 11 0 0 1 22 0v4" />
    <rect x="10" y="26" width="6.500" height="9" rx="2.500" fill="var(--seal-ink)" />
    <rect x="31.500" y="26" width="6.500" height="9" rx="2.500" fill="var(--seal-ink)" />
    <path d="M35 35c0 3.500-3 5-8 5" />
  </g>
</svg>`;
