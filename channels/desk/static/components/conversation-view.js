/**
 * One conversation: who it is with, what can be done with it, what was said, and where one writes.
 */
import {DeskElement, base, css, html, icons, nothing} from '../lib.js';
import {known, languageName, t} from '../i18n.js';
import {channelIcon} from '../icons.js';
import {isMine, may} from '../store.js';
import {look} from '../look.js';
import './conversation-acts.js';
import './desk-composer.js';
import './desk-thread.js';

class ConversationView extends DeskElement {
  static properties = {conversationId: {}};

  static styles = [
    base,
    look,
    css`
      :host {
        display: grid;
        grid-template: auto auto minmax(0, 1fr) auto / minmax(0, 1fr);
      }
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.35rem 0.7rem;
        padding: 0.5rem 0.9rem;
        border-bottom: 1px solid var(--line);
        background: var(--surface);
      }
      .who {
        flex: 1 1 10rem;
        min-width: 0;
      }
      h2 {
        display: flex;
        align-items: center;
        gap: 0.4rem;
        font-size: 1.05rem;
        line-height: 1.3;
        overflow-wrap: anywhere;
      }
      .who p {
        color: var(--muted);
        font-size: 0.88rem;
      }
      .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.3rem 0.8rem;
        padding: 0.4rem 0.9rem;
        border-bottom: 1px solid var(--line);
        background: var(--primary-soft);
        color: var(--primary-soft-ink);
        font-size: 0.92rem;
      }
      .bar.clash {
        background: var(--soon-soft);
        color: var(--soon);
        font-weight: 600;
      }
      .bar p {
        flex: 1 1 12rem;
      }
      @media (max-width: 48rem) {
        header {
          padding: 0.4rem 0.7rem;
        }
      }
    `,
  ];

  get #thread() {
    return this.state.threads[this.conversationId];
  }

  render() {
    const {desk, state, conversationId: id} = this;
    const thread = this.#thread;
    const {conversation} = thread;
    const mine = !thread.gone && isMine(state, conversation);
    const listener = !mine && may(state, 'supervisor') && conversation.owner === 'agent';
    return html`<header>
        <div class="who">
          <h2>${channelIcon(conversation.channel)}<span>${this.#caller(conversation)}</span></h2>
          <p>${this.#facts(conversation)}</p>
        </div>
        <conversation-acts .desk=${desk} .state=${state} .conversationId=${id}></conversation-acts>
      </header>
      <div role="status">${this.#bars(thread, mine)}</div>
      <desk-thread
        .desk=${desk}
        .state=${state}
        .conversationId=${id}
        @take-back=${({detail}) => this.insert(detail.text, Boolean(detail.translation))}
      ></desk-thread>
      ${
        mine || (listener && !thread.gone)
          ? html`<desk-composer
              .desk=${desk}
              .state=${state}
              .conversationId=${id}
              ?listener=${listener}
            ></desk-composer>`
          : this.#door(thread)
      }`;
  }

  #caller({caller}) {
    return caller?.name || caller?.phone || t('caller_unknown');
  }

  #facts({channel, language, agent, owner}) {
    const who = owner === 'agent' ? (agent?.id === this.state.me.id ? t('owner_you') : t('owner_other', {agent: agent?.name ?? ''})) : t(`owner_${owner ?? 'bot'}`);
    return [t(`channel_${channel}`), languageName(language), who].join(' · ');
  }

  #bars({conversation, gone}, mine) {
    const others = (this.state.viewers[this.conversationId] ?? []).filter(({id}) => id !== this.state.me.id);
    const typing = others.filter((one) => one.typing);
    const invited = (conversation.participants ?? []).filter(({id}) => id !== this.state.me.id && id !== conversation.agent?.id);
    const listening = !mine && this.state.listening === this.conversationId;
    return html`${gone ? html`<div class="bar"><p>${t(known(`gone_${gone}`) ? `gone_${gone}` : 'gone_closed')}</p></div>` : nothing}
      ${listening ? html`<div class="bar">${icons.ear}<p>${t('listening')}</p></div>` : nothing}
      ${invited.length && !gone ? html`<div class="bar"><p>${t('three_way', {agents: this.#names(invited)})}</p></div>` : nothing}
      ${typing.length ? html`<div class="bar clash">${icons.warning}<p>${t('clash_typing', {agents: this.#names(typing)})}</p></div>` : nothing}
      ${!typing.length && others.length ? html`<div class="bar">${icons.eye}<p>${t('clash_viewing', {agents: this.#names(others)})}</p></div>` : nothing}`;
  }

  #names(agents) {
    return agents.map(({name}) => name).join(t('comma'));
  }

  /** What stands in place of the composer for who may not write. */
  #door({conversation, gone}) {
    const entry = this.state.queue.find((one) => one.conversation_id === this.conversationId);
    if (!entry?.may_accept || gone) {
      return conversation.owner && !gone ? html`<div class="bar"><p>${t(`readonly_${conversation.owner}`)}</p></div>` : html`<div></div>`;
    }
    return html`<div class="bar">
      <p>${t('door_queue')}</p>
      <button class="button main" @click=${() => this.desk.talk.accept(entry)}>${t('accept')}</button>
    </div>`;
  }

  /** The composer, or null where one may not write. */
  get composer() {
    return this.$('desk-composer');
  }

  /** Takes the cursor; whether there was where to write. */
  write(mode) {
    this.composer?.write(mode);
    return Boolean(this.composer);
  }

  insert(text, asIs) {
    this.composer?.insert(text, asIs);
  }
}

customElements.define('conversation-view', ConversationView);
