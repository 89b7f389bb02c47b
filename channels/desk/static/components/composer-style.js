/**
 * How the composer looks: its modes, the field, the preview of a translation.
 */
import {css} from '../lib.js';

export const composerStyle = css`
  form {
    position: relative;
    padding: 0.5rem 0.9rem calc(0.5rem + env(safe-area-inset-bottom));
    border-top: 1px solid var(--line);
    background: var(--surface);
  }
  form.note {
    background: var(--note-soft);
    color: var(--note-ink);
  }
  .modes {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem 0.9rem;
    margin-bottom: 0.35rem;
    font-size: 0.9rem;
  }
  .modes .seg {
    display: flex;
    border: 1.5px solid var(--field);
    border-radius: 8px;
    overflow: hidden;
  }
  .seg button {
    display: flex;
    align-items: center;
    gap: 0.35rem;
    min-height: 2rem;
    padding: 0 0.75rem;
    border: 0;
    background: var(--surface);
    color: var(--ink);
    cursor: pointer;
  }
  .seg button + button {
    border-inline-start: 1.5px solid var(--field);
  }
  .seg button[aria-pressed='true'] {
    background: var(--primary);
    color: var(--primary-ink);
    font-weight: 650;
  }
  .seg button:focus-visible {
    outline-offset: -3px;
  }
  .seg svg {
    width: 1.1rem;
    height: 1.1rem;
  }
  .box {
    display: flex;
    align-items: flex-end;
    gap: 0.45rem;
  }
  textarea {
    flex: 1;
    min-width: 0;
    min-height: 2.75rem;
    max-height: 9rem;
    resize: none;
    overflow-y: auto;
    field-sizing: content;
  }
  textarea:focus-visible {
    outline: 3px solid var(--primary);
    outline-offset: -2px;
    border-color: transparent;
  }
  textarea::placeholder {
    color: var(--muted);
    opacity: 1;
  }
  .note textarea {
    border-color: var(--note-line);
  }
  .send {
    min-height: 2.75rem;
  }
  .below {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0 1rem;
    margin-top: 0.25rem;
    font-size: 0.84rem;
    color: var(--muted);
  }
  .note .below {
    color: inherit;
  }
  .count {
    margin-inline-start: auto;
    font-variant-numeric: tabular-nums;
  }
  .preview {
    margin-bottom: 0.5rem;
    padding: 0.55rem 0.7rem 0.6rem;
    border: 1.5px solid var(--primary);
    border-radius: 8px;
    background: var(--primary-soft);
    color: var(--primary-soft-ink);
  }
  .preview p {
    display: flex;
    align-items: center;
    gap: 0.35rem;
    font-size: 0.88rem;
  }
  .preview .row {
    justify-content: flex-end;
    margin-top: 0.4rem;
  }
  @media (max-width: 48rem) {
    form {
      padding: 0.4rem 0.6rem calc(0.4rem + env(safe-area-inset-bottom));
    }
    .hint {
      display: none;
    }
    .send span {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
  }
  @media (pointer: coarse) {
    .seg button {
      min-height: 2.75rem;
    }
  }
`;
