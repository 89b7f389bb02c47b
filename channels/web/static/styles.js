/**
 * Styles that every component shares: box model, buttons, focus, text for screen readers only.
 *
 * No colour values here; those are custom properties of app.css.
 */
import {css} from './vendor/lit.js';

export const base = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  :host {
    display: block;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd {
    margin: 0;
    padding: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  svg {
    display: block;
    width: 1.35em;
    height: 1.35em;
    flex: none;
  }
  a {
    color: var(--primary);
    text-underline-offset: 0.18em;
  }
  :lang(zh) {
    font-family: var(--font-zh);
  }
  :lang(ja) {
    font-family: var(--font-ja);
    word-break: auto-phrase;
  }
  :lang(ko) {
    font-family: var(--font-ko);
    word-break: keep-all;
  }
  h1,
  h2,
  h3 {
    text-wrap: balance;
  }
  :lang(en),
  :lang(ru) {
    font-family: var(--font-latin);
  }
  :focus-visible {
    outline: 3px solid var(--focus);
    outline-offset: 2px;
  }
  button,
  input,
  textarea {
    font: inherit;
    color: inherit;
  }

  .sr {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    padding: 0;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
    border: 0;
  }

  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.45em;
    min-height: 2.75rem;
    min-width: 2.75rem;
    padding: 0.45rem 1rem;
    border: 1.5px solid var(--field);
    border-radius: 999px;
    background: var(--surface);
    color: var(--ink);
    line-height: 1.3;
    text-align: center;
    text-decoration: none;
    text-wrap: balance;
    cursor: pointer;
    overflow-wrap: anywhere;
  }
  .button:hover {
    border-color: var(--primary);
    background: var(--primary-soft);
    color: var(--primary-soft-ink);
  }
  .button.main {
    background: var(--primary);
    border-color: var(--primary);
    color: var(--primary-ink);
    font-weight: 600;
  }
  .button.main:hover {
    filter: brightness(1.12);
  }
  .button[disabled],
  .button[aria-disabled='true'] {
    opacity: 0.55;
    cursor: default;
  }

  @media (forced-colors: active) {
    .button {
      border-color: ButtonText;
    }
  }
`;

export const dialog = css`
  dialog {
    width: min(34rem, calc(100vw - 16px));
    max-width: none;
    max-height: calc(100dvh - 16px);
    padding: min(1.25rem, 4vw);
    overflow: auto;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface);
    color: var(--ink);
    box-shadow: 0 12px 48px rgb(0 0 0 / 35%);
  }
  dialog::backdrop {
    background: rgb(10 20 24 / 55%);
  }
  h2:focus {
    outline: none;
  }
  h2 {
    font-size: 1.2rem;
    line-height: 1.35;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.6rem;
    margin-top: 1.1rem;
  }
`;
