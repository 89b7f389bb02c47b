/**
 * The page: head, conversation, composer and dialogs, all fed from one chat.
 *
 * It holds no conversation logic; it passes the chat's state down and the citizen's wishes on.
 */
import {css, html, nothing} from '../vendor/lit.js';
import {base} from '../styles.js';
import {icons, seal} from '../icons.js';
import {cityName, loadMore, t, use} from '../i18n.js';
import {elderMode, setElderMode} from '../session.js';
import {imported, untilImported} from '../backoff.js';
import {agentName, formProgress, queuePlace} from '../store.js';
import {HotlineElement} from './element.js';
import {toolbar} from './toolbar.js';
import './composer.js';
import './connection-state.js';
import './form-progress.js';
import './language-menu.js';
import './message-list.js';
import './service-notes.js';

/** Parts of the page that the first look does not need, loaded when they are opened. */
const DIALOGS = {
  'confirm-dialog': (again) => import(`./confirm-dialog.js${again}`),
  'news-settings': (again) => import(`./news-settings.js${again}`),
  'place-picker': (again) => import(`./place-picker.js${again}`),
  'ticket-view': (again) => import(`./ticket-view.js${again}`),
};
/** Other parts that come later, or with a switch. */
const EXTRAS = (again) => import(`../extras.js${again}`);
const SPEAKING = (again) => import(`../speaking.js${again}`);
const VOICE_BUTTON = (again) => loadMore().then(() => import(`./voice-button.js${again}`));
const TICKET_LINK = /^#ticket\/(\d{6,20})$/;
const ATTACH_PROBLEMS = {
  409: 'attach_too_many',
  413: 'attach_too_large',
  415: 'attach_kind',
  429: 'lookup_wait',
  file_infected: 'attach_infected',
  unreadable_file: 'attach_kind',
};

class HotlineApp extends HotlineElement {
  static properties = {
    state: {state: true},
    file: {state: true},
    elder: {state: true},
    speech: {state: true},
    readable: {state: true},
  };

  static styles = [
    base,
    toolbar,
    css`
      .page {
        display: grid;
        grid-template: auto auto minmax(0, 1fr) / minmax(0, 1fr);
        height: 100dvh;
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.2rem 1rem;
        padding: 0.55rem 1rem 0.15rem;
        background: var(--head);
        color: var(--head-ink);
      }
      .brand {
        display: flex;
        align-items: center;
        gap: 0.7rem;
        flex: 1 1 15rem;
        min-width: 0;
      }
      .brand > svg {
        width: 2.7rem;
        height: 2.7rem;
      }
      h1 {
        font-size: 1.12rem;
        line-height: 1.25;
        font-weight: 650;
        overflow-wrap: anywhere;
      }
      h1 b {
        font-size: min(var(--most), 1.3em);
        letter-spacing: 0.03em;
      }
      .brand p {
        color: var(--head-muted);
        font-size: max(var(--least), 0.92rem);
        line-height: 1.3;
      }
      nav {
        display: flex;
        flex: 1 1 100%;
        flex-wrap: var(--tools-wrap);
        gap: 0.15rem;
        margin-inline: -0.6rem;
      }
      nav > * {
        flex: 1 1 var(--tools-basis);
      }
      .skip {
        position: absolute;
        left: 0.5rem;
        top: -6rem;
        z-index: 10;
      }
      .skip:focus {
        top: 0.5rem;
      }
      main {
        display: grid;
        grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
        min-height: 0;
        min-width: 0;
      }
      .talk {
        display: grid;
        grid-template: auto minmax(0, 1fr) auto / minmax(0, 1fr);
        min-height: 0;
        min-width: 0;
      }
      .talk > message-list {
        min-height: 0;
        grid-row: 2;
      }
      .talk > hotline-composer {
        grid-row: 3;
        background: var(--paper);
        border-top: 1px solid var(--line);
      }

      @media (max-width: 22.5rem) {
        .head {
          padding-inline: 0.6rem;
        }
        .brand > svg {
          width: 2.2rem;
          height: 2.2rem;
        }
        h1 {
          font-size: 1rem;
        }
        .tagline {
          display: none;
        }
      }
      @media (min-width: 60rem) {
        .head {
          padding: 0.7rem 1.5rem;
        }
        nav {
          flex: 0 1 auto;
          margin: 0;
        }
        nav > * {
          flex: none;
        }
        main {
          grid-template: minmax(0, 1fr) / 19rem minmax(0, 1fr);
        }
        .talk {
          background: var(--canvas);
          border-inline-start: 1px solid var(--line);
        }
      }
      @media (max-height: 30rem) {
        .page {
          height: auto;
          min-height: 100dvh;
        }
      }
    `,
  ];

  /** Shows `chat` and opens its conversation; goes on with what was written into the `first` message box. */
  start(chat, first) {
    this.chat = chat;
    this.language = chat.language;
    this.elder = elderMode();
    this.state = chat.store.state;
    chat.store.addEventListener('change', () => (this.state = chat.store.state));
    chat.addEventListener('language', ({detail}) => this.#speak(detail));
    chat.addEventListener('restore-text', ({detail}) => this.#composer.restore(detail));
    this.#label();
    this.updateComplete.then(() => this.#takeUp(first));
    chat.open().then(() => this.#settle());
    addEventListener('hashchange', () => this.#openLinked());
  }

  async #takeUp(first) {
    await this.#composer.takeUp(first);
    this.replaceChildren();
  }

  /** Everything that may come after the first look. */
  async #settle() {
    if (this.elder) this.#findVoice();
    this.#openLinked();
    const extras = await untilImported(EXTRAS);
    this.news = new extras.News(this.chat);
    extras.offerInstalling(this.language);
    this.extras = extras;
    loadMore().then(() => this.#label(), () => null);
    this.facts = await this.chat.api.facts().catch(() => ({}));
    await this.#offerSpeech();
    await extras.keepShell();
  }

  async #offerSpeech() {
    if (!this.facts?.speech?.length) return;
    const {canRecord} = await untilImported(VOICE_BUTTON);
    this.speech = canRecord() && this.facts.speech.includes(this.language);
  }

  #openLinked() {
    const number = TICKET_LINK.exec(location.hash)?.[1];
    if (number) this.#open('ticket-view', number);
  }

  #switchElder() {
    this.elder = !this.elder;
    setElderMode(this.elder);
    if (this.elder) this.#findVoice();
    else this.readable = false;
  }

  /** Reading aloud is offered with large type, where the browser has a voice for the language. */
  async #findVoice() {
    this.voice ??= await untilImported(SPEAKING);
    const look = () => (this.readable = this.elder && this.voice.speaks(this.language));
    this.voice.watchVoices(look);
    look();
  }

  render() {
    if (!this.chat) return html`<slot></slot>`;
    const {connection, notice, phase, proving, unsent, owner} = this.state;
    const language = this.language;
    return html`<div
      class="page"
      @send=${({detail}) => this.chat.sendText(detail)}
      @press=${this.#press}
      @again=${({detail}) => this.chat.again(detail)}
      @take-back=${this.#takeBack}
      @attach=${this.#attach}
      @choose-language=${({detail}) => this.chat.chooseLanguage(detail)}
      @hurry=${() => this.chat.hurry()}
      @cancel-waiting=${() => this.chat.cancelWaiting()}
      @rate=${({detail}) => detail.settle(this.chat.rate(detail.rating))}
      @fetch-file=${({detail}) => detail.settle(this.chat.file(detail.id))}
      @typed=${() => this.chat.typed()}
      @dismiss-notice=${() => this.chat.dismissNotice()}
      @start-new=${this.#startNew}
      @show-ticket=${({detail}) => this.#open('ticket-view', detail)}
      @show-news=${() => this.#open('news-settings')}
      @show-place=${() => this.#open('place-picker')}
      @read-aloud=${({detail}) => this.voice.speak(detail.text, detail.language ?? language)}
    >
      <button class="button skip" @click=${() => this.#composer.focus()}>${t('skip')}</button>
      <header class="head">
        <div class="brand">
          ${seal}
          <div>
            <h1><b>12345</b> ${t('name')}</h1>
            <p>${cityName()}<span class="tagline">${cityName() ? ' · ' : ''}${t('tagline')}</span></p>
          </div>
        </div>
        <nav aria-label=${t('menu')}>
          <button
            class="tool"
            @click=${() => this.chat.press({title: t('human'), payload: '/request_human'})}
            ?disabled=${owner !== 'bot' || phase !== 'open'}
          >
            ${icons.headset}<span class="whole">${t('human_short')}</span>
          </button>
          <button class="tool" @click=${() => this.#open('ticket-view')}>
            ${icons.search}<span>${t('lookup')}</span>
          </button>
          <button class="tool" @click=${() => this.#open('confirm-dialog')}>
            ${icons.fresh}<span>${t('new')}</span>
          </button>
          <button class="tool" aria-pressed=${this.elder} @click=${this.#switchElder}>
            ${icons.large}<span>${t('elder')}</span>
          </button>
          <language-menu .language=${language}></language-menu>
        </nav>
      </header>
      <connection-state
        .language=${language}
        .connection=${connection}
        ?opening=${phase === 'failed'}
        .unsent=${unsent.filter((entry) => !entry.sent && !entry.problem).length}
        .notice=${notice}
        ?proving=${proving}
      ></connection-state>
      <main>
        <service-notes .language=${language}></service-notes>
        <div class="talk">
          <form-progress
            .language=${language}
            .form=${formProgress(this.state)}
            .owner=${owner}
            .place=${queuePlace(this.state)}
            .agent=${agentName(this.state)}
          ></form-progress>
          <message-list .language=${language} .state=${this.state} ?readable=${this.readable}></message-list>
          <hotline-composer
            .language=${language}
            ?attachable=${phase === 'open'}
            .api=${this.chat.api}
            ?speech=${this.speech}
            .file=${this.file ?? nothing}
          ></hotline-composer>
        </div>
      </main>
      <ticket-view .language=${language} .chat=${this.chat}></ticket-view>
      <place-picker .language=${language} .api=${this.chat.api}></place-picker>
      <confirm-dialog .language=${language}></confirm-dialog>
      <news-settings .language=${language} .api=${this.chat.api}></news-settings>
    </div>`;
  }

  get #composer() {
    return this.renderRoot.querySelector('hotline-composer');
  }

  async #open(name, detail = null) {
    try {
      await Promise.all([imported(DIALOGS[name]), loadMore()]);
    } catch {
      this.chat.store.set({notice: 'part_missing'}); // no connection, and not kept yet
      return;
    }
    this.renderRoot.querySelector(name).show(detail);
  }

  async #speak(language) {
    try {
      await use(language);
    } catch {
      return; // the words could not be loaded: the page stays in the language it has
    }
    this.language = this.chat.language;
    this.#label();
    this.extras?.offerInstalling(this.language);
    if (this.elder) this.#findVoice();
    await this.#offerSpeech();
  }

  #label() {
    document.documentElement.lang = this.language;
    document.title = [`12345 ${t('name')}`, cityName()].filter(Boolean).join(' · ');
    this.requestUpdate();
  }

  #press({detail}) {
    this.chat.press(detail);
    // On a touch screen the keyboard would jump up, so the conversation gets the focus there.
    if (matchMedia('(pointer: coarse)').matches) this.renderRoot.querySelector('message-list').focusList();
    else this.#composer.focus();
  }

  #takeBack({detail}) {
    const text = this.chat.takeBack(detail);
    if (text) this.#composer.restore(text);
  }

  async #startNew() {
    this.#composer.clear();
    this.file = null;
    await this.chat.startNew();
    this.#composer.focus();
  }

  async #attach({detail: file}) {
    this.file = {state: 'busy', name: file.name};
    try {
      await this.chat.attach(file);
      this.file = null;
    } catch (error) {
      const reason = ATTACH_PROBLEMS[error.code] ?? ATTACH_PROBLEMS[error.status] ?? 'attach_failed';
      this.file = {state: 'failed', reason};
    }
  }
}

customElements.define('hotline-app', HotlineApp);
