/**
 * The desk's icons beside the citizen page's, drawn with lines of the text's colour; hidden from screen readers.
 */
import {html, svg} from '../../static/vendor/lit.js';
import {icons as citizens} from '../../static/icons.js';

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
  ...citizens,
  away: icon(svg`<circle cx="12" cy="12" r="8.500"/><path d="M12 3.500a8.500 8.500 0 0 1 0 17z" fill="currentColor"/>`),
  available: icon(svg`<circle cx="12" cy="12" r="8.500" fill="currentColor"/><path d="M8 12.500l3 3 5-6" stroke="var(--tick, white)"/>`),
  off: icon(svg`<circle cx="12" cy="12" r="8.500"/><path d="M8 12h8"/>`),
  bell: icon(svg`<path d="M6 16.500V11a6 6 0 0 1 12 0v5.500l1.500 1.500h-15z"/><path d="M10 20.500a2.200 2.200 0 0 0 4 0"/>`),
  bot: icon(svg`<rect x="4.500" y="8" width="15" height="11" rx="3"/><path d="M12 8V4.500M9 13v1M15 13v1M2.500 12.500v3M21.500 12.500v3"/>`),
  board: icon(svg`<path d="M4 20V10M10 20V4M16 20v-7M21 20H2.500"/>`),
  callback: icon(svg`<path d="M6 3h3l1.500 5-2 1.500c1 2.500 3 4.500 5.500 5.500l1.500-2 5 1.500V18a3 3 0 0 1-3 3C10 20.500 3.500 14 3 6a3 3 0 0 1 3-3z"/><path d="M20 4l-5 5M15 5v4h4"/>`),
  eye: icon(svg`<path d="M2.500 12c2.500-4.500 5.500-6.500 9.500-6.500s7 2 9.500 6.500c-2.500 4.500-5.500 6.500-9.500 6.500S5 16.500 2.500 12z"/><circle cx="12" cy="12" r="2.800"/>`),
  ear: icon(svg`<path d="M7 9.500a5.500 5.500 0 1 1 10 3.200c-1.300 1.800-2.500 2.300-2.500 4.300a3.200 3.200 0 0 1-5.500 2"/><path d="M9.800 10a2.500 2.500 0 0 1 4.700 0c0 1.800-2 2-2 3.800"/>`),
  flag: icon(svg`<path d="M5.500 21V4M5.500 4.500h12l-2.500 4 2.500 4h-12"/>`),
  inbox: icon(svg`<path d="M3.500 13l3-8h11l3 8v6h-17z"/><path d="M3.500 13h5l1.500 2.500h4l1.500-2.500h5"/>`),
  keyboard: icon(svg`<rect x="2.500" y="6" width="19" height="12" rx="2"/><path d="M6 10h.1M10 10h.1M14 10h.1M18 10h.1M8 14h8"/>`),
  list: icon(svg`<path d="M8 6h12.500M8 12h12.500M8 18h12.500M3.500 6h.1M3.500 12h.1M3.500 18h.1"/>`),
  lock: icon(svg`<rect x="5" y="10.500" width="14" height="10" rx="2"/><path d="M8 10.500V8a4 4 0 0 1 8 0v2.500"/>`),
  menu: icon(svg`<path d="M4 6.500h16M4 12h16M4 17.500h16"/>`),
  mini: icon(svg`<rect x="7" y="2.500" width="10" height="19" rx="2.500"/><path d="M11 18.500h2"/>`),
  mute: icon(svg`<path d="M4 9.500v5h3.500L12 19V5L7.500 9.500z"/><path d="M16 9.500l5 5M21 9.500l-5 5"/>`),
  note: icon(svg`<path d="M5 3.500h14v12l-5 5H5z"/><path d="M14 20.500v-5h5M8.500 8h7M8.500 12h4"/>`),
  out: icon(svg`<path d="M14 4H5v16h9M10 12h11M17.500 8.500L21 12l-3.500 3.500"/>`),
  plus: icon(svg`<path d="M12 5v14M5 12h14"/>`),
  settings: icon(svg`<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2"/><circle cx="9" cy="17" r="2"/>`),
  sound: icon(svg`<path d="M4 9.500v5h3.500L12 19V5L7.500 9.500z"/><path d="M15.500 9a4 4 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11"/>`),
  storm: icon(svg`<path d="M7 15.500a4 4 0 0 1-.3-8A5.500 5.500 0 0 1 17 8.500a3.500 3.500 0 0 1 .5 7"/><path d="M12.500 11l-2.500 4.500h3.500L11 20.500"/>`),
  transfer: icon(svg`<path d="M4 8.500h15M15.500 5L19 8.500 15.500 12M20 16H5M8.500 12.500L5 16l3.500 3.500"/>`),
  translate: icon(svg`<path d="M3.500 6h10M8.500 3.500V6c0 4-2.500 7-5 8.500M5.500 9.500c1.500 3 4 4.500 6.500 5.500M12.500 20.500l4-10 4 10M14 17h5"/>`),
  undelivered: icon(svg`<rect x="3" y="5" width="18" height="13" rx="2"/><path d="M3.500 6.500l8.500 6 8.500-6M15 21.500h.1M12 21.500h.1M9 21.500h.1"/>`),
  web: citizens.globe,
  wechat: icon(svg`<path d="M14.500 9.500c0-3-2.700-5-6-5s-6 2-6 5c0 1.700.9 3 2.300 4L4 16l2.800-1.300"/><path d="M21.500 15c0-2.500-2.300-4.500-5.500-4.500s-5.500 2-5.500 4.500 2.300 4.500 5.500 4.500c.6 0 1.200 0 1.700-.2L20.500 21l-.8-2.500c1.100-.9 1.800-2.100 1.800-3.500z"/>`),
  whisper: icon(svg`<path d="M4 5h16v11h-6l-4 4v-4H4z" stroke-dasharray="2.500 2.500"/><path d="M8 9.500h8M8 12.500h5"/>`),
};

/** The icon of the way a citizen came by. */
export const channelIcon = (channel) =>
  ({web: icons.web, miniprogram: icons.mini, wechat: icons.wechat, phone: icons.phone})[channel] ?? icons.web;
