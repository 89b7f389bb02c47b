/**
 * Cells of a table that becomes cards on narrow screens: there each value stands beside its own label.
 */
import {html, nothing} from '../lib.js';
import {t} from '../i18n.js';

/** A value; `key` names its column. */
export const cell = (key, content, language = null) =>
  html`<td data-label=${t(key)}><div lang=${language ?? nothing}>${content}</div></td>`;

/** The buttons of a row. */
export const acts = (content) => html`<td class="acts"><div>${content}</div></td>`;

/** The head of the table. */
export const heads = (...keys) =>
  html`<thead>
    <tr>
      ${keys.map((key) => html`<th scope="col">${t(key)}</th>`)}
    </tr>
  </thead>`;
