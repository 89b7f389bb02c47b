/**
 * The keys that work everywhere on the desk, and the switch for the single one.
 */
import {css, html} from '../lib.js';
import {t} from '../i18n.js';
import {rememberSingleKeys, singleKeys} from '../memory.js';
import {SHORTCUTS} from '../shortcuts.js';
import {DeskDialog, dialogStyles} from './desk-dialog.js';

class ShortcutsDialog extends DeskDialog {
  static styles = [
    ...dialogStyles,
    css`
      dl {
        display: grid;
        grid-template-columns: max-content 1fr;
        gap: 0.4rem 1.2rem;
        margin-block: 0.6rem 0.8rem;
      }
      kbd {
        display: inline-block;
        min-width: 4.2em;
        padding: 0.05rem 0.5rem;
        border: 1px solid var(--field);
        border-bottom-width: 2px;
        border-radius: 6px;
        background: var(--surface-2);
        font: 0.88rem var(--font-number);
        text-align: center;
      }
    `,
  ];

  render() {
    const rows = [
      ...SHORTCUTS.map(([name, , keys]) => [keys, t(`key_${name}`)]),
      ['Enter', t('key_send')],
      ['Shift+Enter', t('key_line')],
      ['/', t('key_canned')],
      ['Esc', t('key_escape')],
    ];
    return this.frame({
      title: t('shortcuts'),
      content: html`<dl>
          ${rows.map(
            ([keys, words]) =>
              html`<dt><kbd>${keys}</kbd></dt>
                <dd>${words}</dd>`,
          )}
        </dl>
        <label class="check">
          <input type="checkbox" .checked=${singleKeys()} @change=${({target}) => rememberSingleKeys(target.checked)} />
          ${t('single_keys')}
        </label>`,
    });
  }
}

customElements.define('shortcuts-dialog', ShortcutsDialog);
