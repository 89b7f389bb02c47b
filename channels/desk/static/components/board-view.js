/**
 * The live board: who waits, how long, how well it goes; who is there; which conversations run.
 *
 * Numbers come from the server as they change; between that they are asked for.
 */
import {DeskElement, base, css, html, icons, nothing} from '../lib.js';
import {languageName, locale, t} from '../i18n.js';
import {channelIcon} from '../icons.js';
import {hashOf} from '../routes.js';
import {may} from '../store.js';
import {look} from '../look.js';
import {clock} from '../../../static/format.js';
import {duration, mood} from '../waiting.js';
import {acts, cell, heads} from './cells.js';
import {Loaded} from './loaded.js';
import './bar-chart.js';
import './waiting-time.js';

const REFRESH_MS = 10_000;
const WAIT_WARN_SECONDS = 60;
const WAIT_LATE_SECONDS = 180;
const SHARE_GOOD = 0.85;
const SHARE_POOR = 0.7;

class BoardView extends DeskElement {
  static styles = [
    base,
    look,
    css`
      .numbers {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr));
        gap: 0.7rem;
        margin-bottom: 0.9rem;
      }
      .numbers div {
        display: grid;
        grid-template-rows: auto 1fr auto;
        padding: 0.7rem 0.9rem 0.6rem;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
      }
      dt {
        color: var(--muted);
        font-size: 0.9rem;
        line-height: 1.3;
      }
      dd b {
        font-size: 1.75rem;
        line-height: 1.25;
        font-weight: 650;
        font-variant-numeric: tabular-nums;
      }
      dd small {
        display: flex;
        align-items: center;
        gap: 0.3em;
        font-size: 0.84rem;
        color: var(--muted);
      }
      dd small svg {
        width: 1.1em;
        height: 1.1em;
      }
      .soon {
        border-color: var(--soon) !important;
      }
      .soon b,
      .soon small {
        color: var(--soon);
      }
      .late {
        border: 2px solid var(--danger) !important;
      }
      .late b,
      .late small {
        color: var(--danger);
      }
      .row {
        --tick: var(--surface);
      }
      h3 {
        margin-bottom: 0.5rem;
      }
      @media (max-width: 48rem) {
        .numbers {
          grid-template-columns: 1fr 1fr;
        }
        dd b {
          font-size: 1.5rem;
        }
      }
    `,
  ];

  #list = new Loaded(this, () => this.desk.office.board());
  #timer = null;

  connectedCallback() {
    super.connectedCallback();
    this.#timer = setInterval(() => document.visibilityState === 'visible' && this.#list.load(), REFRESH_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  render() {
    return html`<div class="view">
      <header>
        <h2>${t('view_board')}</h2>
        <span class="muted">${this.state.board?.at ? t('as_of', {time: clock(this.state.board.at, locale())}) : ''}</span>
      </header>
      ${this.#list.render(() => (this.state.board ? this.#board(this.state.board) : nothing))}
    </div>`;
  }

  #board(board) {
    return html`${this.#numbers(board)}
      <div class="card">
        <bar-chart
          caption=${t('per_hour')}
          first=${t('hour')}
          .rows=${(board.per_hour ?? []).map((row) => ({...row, label: clock(row.hour, locale()), short: Number(clock(row.hour, 'en-GB').slice(0, 2))}))}
          .kinds=${[
            ['answered', t('board_answered')],
            ['abandoned', t('board_abandoned')],
          ]}
        ></bar-chart>
      </div>
      <div class="card">
        <bar-chart
          caption=${t('per_language')}
          first=${t('language')}
          .rows=${(board.per_language ?? []).map((row) => ({...row, label: languageName(row.language)}))}
          .kinds=${[
            ['answered', t('board_answered')],
            ['waiting', t('board_waiting')],
          ]}
        ></bar-chart>
      </div>
      ${board.conversations ? this.#conversations(board.conversations) : nothing} ${this.#people()}`;
  }

  #numbers(board) {
    const {waiting, longest_wait_seconds: longest, answered, answered_within_15s_share: share, abandoned, agents = {}} = board;
    const wait = waiting && longest ? mood(longest, WAIT_WARN_SECONDS, WAIT_LATE_SECONDS) : 'calm';
    const good = share === null || share === undefined || share >= SHARE_GOOD ? 'calm' : share >= SHARE_POOR ? 'soon' : 'late';
    const percent = share === null || share === undefined ? '–' : new Intl.NumberFormat(locale(), {style: 'percent', maximumFractionDigits: 0}).format(share);
    const rating = board.ratings?.count ? new Intl.NumberFormat(locale(), {maximumFractionDigits: 1}).format(board.ratings.average) : '–';
    return html`<dl class="numbers">
      ${this.#number('board_waiting', waiting ?? 0)}
      ${this.#number('board_longest', waiting ? duration(longest ?? 0) : '–', wait)}
      ${this.#number('board_share', percent, good, '', 'share')} ${this.#number('board_answered', answered ?? 0)}
      ${this.#number('board_abandoned', abandoned ?? 0)}
      ${this.#number('board_agents', agents.available ?? 0, 'calm', t('board_agents_rest', {busy: agents.busy ?? 0, away: agents.away ?? 0}))}
      ${board.bot_conversations === undefined ? nothing : this.#number('board_bot', board.bot_conversations)}
      ${board.ratings ? this.#number('board_rating', rating, 'calm', t('board_rating_count', {count: board.ratings.count ?? 0})) : nothing}
    </dl>`;
  }

  #number(key, value, how = 'calm', below = '', kind = 'mood') {
    const warn = how === 'calm' ? nothing : html`${how === 'late' ? icons.warning : icons.flag}${t(`${kind}_${how}`)}`;
    return html`<div class=${how}>
      <dt>${t(key)}</dt>
      <dd><b>${value}</b><small>${below}${warn}</small></dd>
    </div>`;
  }

  #conversations(conversations) {
    const chief = may(this.state, 'supervisor');
    return html`<section class="card" aria-labelledby="running">
      <h3 id="running">${t('running', {count: conversations.length})}</h3>
      ${
        conversations.length
          ? html`<table class="cards">
              ${heads('caller', 'agent', 'language', 'waits_for_answer', 'callback_acts')}
              <tbody>
                ${conversations.map((conversation) => this.#conversation(conversation, chief))}
              </tbody>
            </table>`
          : html`<p class="muted">${t('running_none')}</p>`
      }
    </section>`;
  }

  #conversation({id, caller, agent, language, channel, unanswered_since: since, priority}, chief) {
    const own = agent?.id === this.state.me.id;
    return html`<tr>
      <th scope="row">
        <span class="row">${channelIcon(channel)}${caller?.name ?? t('caller_unknown')}
        ${priority === 'emergency' ? html`<span class="chip danger">${icons.warning}${t('priority_emergency')}</span>` : nothing}</span>
      </th>
      ${cell('agent', agent?.name ?? t('owner_queue'))} ${cell('language', languageName(language))}
      ${cell('waits_for_answer', since ? html`<waiting-time .since=${since} .warn=${60} .late=${120}></waiting-time>` : t('answered'))}
      ${acts(
        html`<a class="button small" href=${hashOf({view: 'work', id})}>${t('open')}</a> ${
            chief && agent && !own
              ? html`<button class="button small" @click=${() => this.#listen(id)}>${icons.ear}${t('act_listen')}</button>`
              : nothing
          }`,
      )}
    </tr>`;
  }

  async #listen(id) {
    await this.desk.talk.listen(id, true);
    this.desk.go('work', id);
  }

  #people() {
    const {colleagues} = this.state;
    return html`<section class="card" aria-labelledby="people">
      <h3 id="people">${t('people')}</h3>
      <table class="cards">
        ${heads('agent', 'presence', 'languages', 'load_head')}
        <tbody>
          ${colleagues.map(
            ({name, presence, languages = [], load, capacity}) =>
              html`<tr>
                <th scope="row">${name}</th>
                ${cell('presence', html`<span class="row">${icons[presence]}${t(`presence_${presence}`)}</span>`)}
                ${cell('languages', languages.map(languageName).join(t('comma')))}
                ${cell('load_head', `${load ?? 0} / ${capacity ?? '–'}`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </section>`;
  }
}

customElements.define('board-view', BoardView);
