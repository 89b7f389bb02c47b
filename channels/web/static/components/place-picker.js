/**
 * Shows a place instead of naming it: where the device is, or a point on a sketch of the city. What lies there is
 * offered in words, and the words that are chosen are sent like a typed answer.
 *
 * The device is asked for its place only by a tap, and nothing is kept of it.
 */
import {css, html, nothing, svg} from '../vendor/lit.js';
import {base, dialog} from '../styles.js';
import {icons} from '../icons.js';
import {t} from '../i18n.js';
import {dialogHead, headStyles} from './dialog-head.js';
import {HotlineElement} from './element.js';

const WAIT_MS = 20_000;
const CLOSE = 4; // how much nearer the second look is
const WIDTH = 1000;
const DENIED = {1: 'place_denied', 2: 'place_unknown', 3: 'place_slow'};

class PlacePicker extends HotlineElement {
  static properties = {
    api: {attribute: false},
    map: {state: true},
    found: {state: true},
    busy: {state: true},
    problem: {state: true},
    at: {state: true},
    near: {state: true},
  };

  static styles = [
    base,
    dialog,
    headStyles,
    css`
      .found {
        display: grid;
        gap: 0.5rem;
        margin-top: 0.8rem;
      }
      .found .button {
        width: 100%;
        border-radius: 12px;
        justify-content: flex-start;
        text-align: start;
      }
      .problem {
        margin-top: 0.8rem;
        color: var(--danger);
        font-weight: 600;
      }
      figure {
        margin: 1rem 0 0;
      }
      figure .button {
        margin-top: 0.6rem;
      }
      .map {
        display: block;
        margin-top: 0.4rem;
        width: 100%;
        height: auto;
        border: 1px solid var(--line);
        border-radius: 12px;
        background: var(--canvas);
        cursor: crosshair;
        touch-action: manipulation;
      }
      .map polyline {
        fill: none;
        stroke: var(--field);
        vector-effect: non-scaling-stroke;
        stroke-width: 2;
      }
      .map text {
        fill: var(--ink);
        stroke: var(--canvas);
        stroke-width: 0.25em;
        paint-order: stroke;
        text-anchor: middle;
        pointer-events: none;
      }
      .map .place {
        fill: var(--primary);
      }
      .map .here {
        fill: var(--seal);
        stroke: var(--surface);
      }
    `,
  ];

  render() {
    return html`<dialog aria-labelledby="title">
      ${dialogHead(t('place_title'), () => this.#dialog.close())}
      <div class="actions">
        <button class="button main" ?disabled=${this.busy} @click=${this.#locate}>${icons.pin}${t('place_here')}</button>
      </div>
      <p class="help">${t('place_privacy')}</p>
      <div role="status">
        ${this.busy ? html`<p class="help">${t('place_looking')}</p>` : nothing}
        ${this.problem ? html`<p class="problem">${t(this.problem)}</p>` : nothing}
        ${this.found?.length ? html`<p class="help">${t('place_choose')}</p>` : nothing}
      </div>
      <ul class="found">
        ${(this.found ?? []).map(
          ({text}) =>
            html`<li><button class="button" @click=${() => this.#choose(text)}>${icons.pin}${text}</button></li>`,
        )}
      </ul>
      ${this.map ? this.#sketch() : nothing}
    </dialog>`;
  }

  #sketch() {
    const box = this.#box();
    const size = WIDTH / (this.near ? CLOSE : 1);
    const names = this.near ? this.map.places : this.map.districts;
    return html`<figure>
      <figcaption class="help">${t(this.near ? 'place_map_near' : 'place_map')}</figcaption>
      <svg
        class="map"
        viewBox="${box.x} ${box.y} ${box.width} ${box.height}"
        role="img"
        aria-label=${t('place_map')}
        @click=${this.#tapped}
      >
        ${this.map.roads.map(({line}) => svg`<polyline points=${line.map((point) => this.#xy(point).join(',')).join(' ')} />`)}
        ${
          this.near
            ? this.map.places.map(({at}) => {
                const [x, y] = this.#xy(at);
                return svg`<circle class="place" cx=${x} cy=${y} r=${size / 120} />`;
              })
            : nothing
        }
        ${names.map(({name, at}) => {
          const [x, y] = this.#xy(at);
          return svg`<text x=${x} y=${y - size / 60} font-size=${size / 22}>${name}</text>`;
        })}
        ${this.at ? svg`<circle class="here" cx=${this.#xy(this.at)[0]} cy=${this.#xy(this.at)[1]} r=${size / 60} stroke-width=${size / 200} />` : nothing}
      </svg>
      ${this.near ? html`<button class="button" @click=${() => (this.near = null)}>${t('place_map_whole')}</button>` : nothing}
    </figure>`;
  }

  get #dialog() {
    return this.renderRoot.querySelector('dialog');
  }

  get #height() {
    const [west, south, east, north] = this.map.box;
    const narrow = Math.cos((((south + north) / 2) * Math.PI) / 180);
    return (WIDTH * (north - south)) / ((east - west) * narrow);
  }

  /** A point of the earth on the sketch. */
  #xy([longitude, latitude]) {
    const [west, south, east, north] = this.map.box;
    const x = ((longitude - west) / (east - west)) * WIDTH;
    const y = ((north - latitude) / (north - south)) * this.#height;
    return [Math.round(x * 10) / 10, Math.round(y * 10) / 10];
  }

  #box() {
    const height = this.#height;
    if (!this.near) return {x: 0, y: 0, width: WIDTH, height};
    const [x, y] = this.#xy(this.near);
    const within = (middle, whole) => Math.min(Math.max(middle - whole / CLOSE / 2, 0), whole - whole / CLOSE);
    return {x: within(x, WIDTH), y: within(y, height), width: WIDTH / CLOSE, height: height / CLOSE};
  }

  async show() {
    Object.assign(this, {found: null, problem: null, at: null, near: null, busy: false});
    await this.updateComplete;
    if (!this.#dialog.open) this.#dialog.showModal();
    try {
      this.map = await this.api.map(this.language);
    } catch {
      this.map = null; // the device's place can still be asked for
    }
  }

  #choose(text) {
    this.#dialog.close();
    this.tell('send', text);
  }

  #locate() {
    if (!navigator.geolocation || !isSecureContext) {
      this.problem = 'place_missing';
      return;
    }
    Object.assign(this, {busy: true, problem: null, found: null});
    navigator.geolocation.getCurrentPosition(
      ({coords}) => this.#look(coords),
      ({code}) => Object.assign(this, {busy: false, problem: DENIED[code] ?? 'place_unknown'}),
      {enableHighAccuracy: true, timeout: WAIT_MS, maximumAge: 60_000},
    );
  }

  /** The first tap looks nearer, the second one means the point. */
  #tapped(event) {
    const drawn = event.currentTarget.getBoundingClientRect();
    const box = this.#box();
    const [west, south, east, north] = this.map.box;
    const x = box.x + ((event.clientX - drawn.left) / drawn.width) * box.width;
    const y = box.y + ((event.clientY - drawn.top) / drawn.height) * box.height;
    const longitude = west + (x / WIDTH) * (east - west);
    const latitude = north - (y / this.#height) * (north - south);
    if (this.near) this.#look({latitude, longitude});
    else this.near = [longitude, latitude];
  }

  async #look({latitude, longitude}) {
    Object.assign(this, {busy: true, problem: null, found: null, at: [longitude, latitude]});
    try {
      const {inside, candidates} = await this.api.places({latitude, longitude}, this.language);
      this.found = candidates;
      if (!inside) this.problem = 'place_outside';
      else if (!candidates.length) this.problem = 'place_failed';
      if (inside && this.map) this.near ??= this.at;
    } catch {
      this.problem = 'place_failed';
    } finally {
      this.busy = false;
    }
    await this.updateComplete;
    this.renderRoot.querySelector('.found .button')?.focus();
  }
}

customElements.define('place-picker', PlacePicker);
