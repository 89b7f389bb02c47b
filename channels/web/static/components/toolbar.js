/**
 * How the buttons in the head of the page look; icon above word on narrow screens, beside it on wide ones.
 */
import {css} from '../vendor/lit.js';

export const toolbar = css`
  .tool {
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: flex-start;
    gap: 0.1rem;
    width: 100%;
    min-height: 3.25rem;
    min-width: min-content;
    padding: 0.3rem 0.15rem;
    border: 0;
    border-radius: 10px;
    background: none;
    color: var(--head-ink);
    font-size: max(var(--least), 0.84rem);
    line-height: 1.2;
    text-align: center;
    cursor: pointer;
  }
  .tool > span {
    min-width: 2.5rem;
  }
  .whole:lang(ja) {
    white-space: nowrap;
  }
  .tool:hover {
    background: rgb(255 255 255 / 14%);
  }
  .tool:focus-visible {
    outline-color: #ffd28a;
    outline-offset: -2px;
  }

  @media (max-width: 26rem) {
    .tool:lang(ru) {
      font-size: max(var(--least), 0.76rem);
    }
  }
  @media (max-width: 22.5rem) {
    .tool {
      font-size: max(var(--least), 0.76rem);
    }
    .tool:lang(ru) {
      font-size: max(var(--least), 0.68rem);
    }
  }
  @media (min-width: 60rem) {
    .tool {
      flex-direction: row;
      justify-content: center;
      width: auto;
      gap: 0.45rem;
      padding-inline: 0.8rem;
      font-size: max(var(--least), 0.95rem);
      min-height: 2.75rem;
    }
  }
`;
