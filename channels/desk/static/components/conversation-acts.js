/**
 * What can be done with the conversation on the screen; in one menu where there is little room.
 */
import {DeskElement, base, css, html, icons, nothing} from '../lib.js';
import {t} from '../i18n.js';
import {may} from '../store.js';
import {look} from '../look.js';
import './drop-menu.js';

class ConversationActs extends DeskElement {
  static properties = {conversationId: {}};

  static styles = [
    base,
    look,
    css`
      .acts {
        display: flex;
        flex-wrap: wrap;
        gap: 0.35rem;
      }
      .item {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        width: 100%;
        min-height: 2.75rem;
        padding: 0.2rem 0.75rem;
        border: 0;
        border-radius: 8px;
        background: none;
        text-align: start;
        cursor: pointer;
      }
      .item:hover {
        background: var(--primary-soft);
        color: var(--primary-soft-ink);
      }
      drop-menu {
        display: none;
      }
      @media (max-width: 48rem) {
        .acts {
          display: none;
        }
        drop-menu {
          display: block;
        }
      }
    `,
  ];

  render() {
    const acts = this.#acts();
    if (!acts.length) return nothing;
    return html`<div class="acts" role="group" aria-label=${t('acts')}>
        ${acts.map(
          ([name, icon, order]) =>
            html`<button class="button small ${name === 'close' ? 'danger' : ''}" data-act=${name} @click=${order}>
              ${icon}${t(`act_${name}`)}
            </button>`,
        )}
      </div>
      <drop-menu label=${t('acts')}>
        <span slot="face">${icons.menu}</span>
        <ul>
          ${acts.map(
            ([name, icon, order]) =>
              html`<li><button class="item" data-shut data-act=${name} @click=${order}>${icon}${t(`act_${name}`)}</button></li>`,
          )}
        </ul>
      </drop-menu>`;
  }

  #acts() {
    const {desk, state, conversationId: id} = this;
    const {conversation, gone} = state.threads[id];
    if (gone) return [];
    const ask = (kind) => () => desk.ask(kind, id);
    if (conversation.owner !== 'agent') {
      return conversation.owner === 'queue' && may(state, 'supervisor') ? [['take_over', icons.headset, ask('take_over')]] : [];
    }
    if (conversation.agent?.id === state.me.id) {
      return [
        ['transfer', icons.transfer, ask('transfer')],
        ['invite', icons.plus, ask('invite')],
        ['return', icons.bot, ask('return')],
        ['close', icons.check, ask('close')],
      ];
    }
    if ((conversation.participants ?? []).some((one) => one.id === state.me.id)) {
      return [['leave', icons.out, () => desk.talk.leave(id)]];
    }
    if (!may(state, 'supervisor')) return [];
    const listening = state.listening === id;
    return [
      [listening ? 'listen_end' : 'listen', icons.ear, () => desk.talk.listen(id, !listening)],
      ['take_over', icons.headset, ask('take_over')],
    ];
  }
}

customElements.define('conversation-acts', ConversationActs);
