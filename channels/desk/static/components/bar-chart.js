/**
 * Upright bars over time or kinds, with the same numbers in a table beside them.
 *
 * The drawing is hidden from screen readers, since the table says all of it; kinds differ by pattern, not only colour.
 */
import {DeskElement, base, css, html, nothing, svg} from '../lib.js';
import {upright} from '../bars.js';
import {look} from '../look.js';

const FIRST_WIDTH = 560;
const LEAST_WIDTH = 240;
const HEIGHT = 170;
const LEFT = 34;
const BOTTOM = 22;

class BarChart extends DeskElement {
  /** `rows`: [{label, ...numbers}]; `kinds`: [[key, name]], at most two; `first`: head of the labels' column. */
  static properties = {
    rows: {attribute: false},
    kinds: {attribute: false},
    caption: {},
    first: {},
    width: {state: true},
  };

  static styles = [
    base,
    look,
    css`
      figure {
        display: grid;
        grid-template-columns: minmax(0, 3fr) minmax(13rem, 2fr);
        gap: 0.9rem 1.2rem;
        align-items: start;
        margin: 0;
      }
      h3 {
        grid-column: 1 / -1;
      }
      svg {
        width: 100%;
        height: auto;
      }
      text {
        fill: var(--muted);
        font-size: 12px;
      }
      .grid {
        stroke: var(--line);
      }
      .bar0 {
        fill: var(--primary);
      }
      .bar1 {
        fill: url(#stripes);
        stroke: var(--seal);
        stroke-width: 1.2;
      }
      .stripe {
        stroke: var(--seal);
        stroke-width: 2.5;
      }
      .key {
        display: flex;
        flex-wrap: wrap;
        gap: 0.2rem 1.1rem;
        font-size: 0.88rem;
      }
      .key li {
        display: flex;
        align-items: center;
        gap: 0.4rem;
      }
      .key svg {
        width: 1rem;
        height: 1rem;
      }
      .scroll {
        max-height: 13rem;
        overflow-y: auto;
      }
      td,
      th {
        padding: 0.25rem 0.6rem;
      }
      @media (max-width: 56rem) {
        figure {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  firstUpdated() {
    const drawing = this.$('.drawing');
    new ResizeObserver(() => (this.width = Math.max(LEAST_WIDTH, Math.floor(drawing.clientWidth)))).observe(drawing);
  }

  render() {
    const {rows = [], kinds} = this;
    return html`<figure>
      <h3>${this.caption}</h3>
      <div class="drawing">
        ${this.#drawing(rows, kinds.map(([key]) => key))}
        <ul class="key" aria-hidden="true">
          ${kinds.map(
            ([, name], index) =>
              html`<li><svg viewBox="0 0 16 16"><rect class="bar${index}" x="1" y="1" width="14" height="14" /></svg>${name}</li>`,
          )}
        </ul>
      </div>
      <div class="scroll" tabindex="0" role="region" aria-label=${this.caption}>
        <table>
          <caption class="sr">${this.caption}</caption>
          <thead>
            <tr>
              <th scope="col">${this.first}</th>
              ${kinds.map(([, name]) => html`<th scope="col" class="number">${name}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              (row) =>
                html`<tr>
                  <th scope="row">${row.label}</th>
                  ${kinds.map(([key]) => html`<td class="number">${row[key] ?? 0}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </figure>`;
  }

  #stripes() {
    return svg`<defs>
      <pattern id="stripes" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <line class="stripe" x1="0" y1="0" x2="0" y2="5" />
      </pattern>
    </defs>`;
  }

  #drawing(rows, keys) {
    const all = this.width ?? FIRST_WIDTH;
    const {bars, top, lines, group} = upright(rows, keys, {width: all - LEFT, height: HEIGHT});
    const every = Math.ceil(34 / group);
    return html`<svg viewBox="0 -8 ${all} ${HEIGHT + BOTTOM + 8}" aria-hidden="true" focusable="false">
      ${this.#stripes()}
      ${lines.map((line) => {
        const y = HEIGHT - (line / top) * HEIGHT;
        return svg`<line class="grid" x1=${LEFT} x2=${all} y1=${y} y2=${y} /><text x=${LEFT - 6} y=${y + 4} text-anchor="end">${line}</text>`;
      })}
      ${bars.map(
        ({x, y, width, height, key}) =>
          height > 0 ? svg`<rect class="bar${keys.indexOf(key)}" x=${LEFT + x} y=${y} width=${width} height=${height} />` : nothing,
      )}
      ${rows.map((row, index) =>
        index % every ? nothing : svg`<text x=${LEFT + (index + 0.5) * group} y=${HEIGHT + 16} text-anchor="middle">${row.short ?? row.label}</text>`,
      )}
    </svg>`;
  }
}

customElements.define('bar-chart', BarChart);
