/**
 * How the desk's parts look: small buttons, chips, fields, cards, tables that become cards on narrow screens.
 *
 * No colour values here; those are custom properties of the citizen page's app.css and of desk.css.
 */
import {css} from './lib.js';

export const look = css`
  .button {
    min-height: 2.5rem;
    min-width: 2.5rem;
    padding: 0.3rem 0.9rem;
    border-radius: 8px;
    font-size: 0.94rem;
  }
  .button.small {
    min-height: 2.1rem;
    min-width: 2.1rem;
    padding: 0.15rem 0.65rem;
    font-size: 0.88rem;
  }
  .button.plain {
    border-color: transparent;
    background: none;
    color: var(--primary);
  }
  .button.plain:hover {
    background: var(--primary-soft);
    color: var(--primary-soft-ink);
  }
  .button.danger {
    border-color: var(--danger);
    color: var(--danger);
  }
  .button.danger:hover,
  .button.main.danger {
    background: var(--danger);
    border-color: var(--danger);
    color: var(--danger-ink);
  }
  .button svg {
    width: 1.2em;
    height: 1.2em;
  }
  @media (pointer: coarse) {
    .button,
    .button.small {
      min-height: 2.75rem;
      min-width: 2.75rem;
    }
  }

  .chip {
    display: inline-flex;
    align-items: center;
    gap: 0.3em;
    padding: 0.05rem 0.5rem;
    border-radius: 6px;
    background: var(--surface-2);
    color: var(--ink);
    font-size: 0.82rem;
    line-height: 1.5;
    white-space: nowrap;
  }
  .chip svg {
    width: 1.1em;
    height: 1.1em;
  }
  .chip.danger {
    background: var(--danger);
    color: var(--danger-ink);
    font-weight: 650;
  }
  .chip.high {
    background: var(--soon-soft);
    color: var(--soon);
    font-weight: 650;
  }
  .chip.own {
    background: var(--primary-soft);
    color: var(--primary-soft-ink);
    font-weight: 650;
  }

  label,
  .label {
    display: block;
    font-weight: 600;
    font-size: 0.92rem;
  }
  .field {
    margin-top: 0.75rem;
  }
  .field > label:not(.check),
  .field > legend {
    margin-bottom: 0.25rem;
  }
  input:not([type='checkbox'], [type='radio'], [type='file']),
  select,
  textarea {
    width: 100%;
    min-height: 2.5rem;
    padding: 0.35rem 0.7rem;
    border: 1.5px solid var(--field);
    border-radius: 8px;
    background: var(--surface);
    color: var(--ink);
    font: inherit;
    line-height: 1.4;
  }
  textarea {
    resize: vertical;
  }
  select {
    padding-inline-end: 0.4rem;
  }
  [aria-invalid='true'] {
    border-color: var(--danger) !important;
  }
  input[type='checkbox'],
  input[type='radio'] {
    width: 1.15rem;
    height: 1.15rem;
    margin: 0;
    accent-color: var(--primary);
    flex: none;
  }
  .check {
    display: flex;
    align-items: center;
    gap: 0.55rem;
    min-height: 2.25rem;
    font-weight: 400;
    cursor: pointer;
  }
  .checks {
    display: flex;
    flex-wrap: wrap;
    gap: 0 1.1rem;
  }
  .help {
    color: var(--muted);
    font-size: 0.88rem;
  }
  input + .help {
    margin-top: 0.3rem;
  }
  .problem {
    color: var(--danger);
    font-weight: 600;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem;
  }
  .muted {
    color: var(--muted);
    font-weight: 400;
  }
  .empty {
    padding: 1.25rem 1rem;
    color: var(--muted);
    text-align: center;
  }
  fieldset {
    min-width: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }
  legend {
    padding: 0;
    font-weight: 600;
    font-size: 0.92rem;
  }

  .view {
    height: 100%;
    overflow-y: auto;
    padding: 1.1rem 1.25rem 2rem;
  }
  .view > header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.5rem 1rem;
    margin-bottom: 0.9rem;
  }
  .view h2 {
    font-size: 1.25rem;
    line-height: 1.3;
  }
  .view h3 {
    font-size: 1.02rem;
  }
  .card {
    padding: 0.9rem 1rem;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface);
  }
  .card + .card {
    margin-top: 0.9rem;
  }

  table {
    width: 100%;
    border-collapse: collapse;
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    font-size: 0.94rem;
  }
  caption {
    padding: 0.3rem 0;
    text-align: start;
    font-weight: 600;
  }
  th,
  td {
    padding: 0.5rem 0.7rem;
    border-bottom: 1px solid var(--line);
    text-align: start;
    vertical-align: top;
    overflow-wrap: anywhere;
  }
  thead th {
    color: var(--muted);
    font-weight: 600;
    font-size: 0.88rem;
  }
  tbody tr:last-child > * {
    border-bottom: 0;
  }
  .number {
    font-variant-numeric: tabular-nums;
    text-align: end;
    white-space: nowrap;
  }
  .acts,
  thead th:last-child {
    text-align: end;
  }
  td.acts > div {
    display: flex;
    flex-wrap: wrap;
    justify-content: flex-end;
    gap: 0.35rem;
  }

  @media (max-width: 48rem) {
    .view {
      padding: 0.9rem 0.8rem 1.5rem;
    }
    table.cards,
    .cards tbody,
    .cards tr,
    .cards td,
    .cards th {
      display: block;
      border: 0;
      background: none;
    }
    .cards thead {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
    .cards tbody tr {
      margin-bottom: 0.7rem;
      padding: 0.6rem 0.8rem;
      border: 1px solid var(--line);
      border-radius: var(--radius);
      background: var(--surface);
    }
    .cards td,
    .cards th {
      padding: 0.15rem 0;
      text-align: start;
      white-space: normal;
    }
    .cards td[data-label] {
      display: grid;
      grid-template-columns: 6.2em minmax(0, 1fr);
      gap: 0.7em;
    }
    .cards td[data-label]::before {
      content: attr(data-label);
      color: var(--muted);
      font-size: 0.88rem;
      hyphens: auto;
    }
    .cards .acts {
      margin-top: 0.4rem;
    }
    .cards td.acts > div {
      justify-content: flex-start;
    }
  }
`;

/** Scrolls inside itself, without a sideways bar. */
export const scrolling = css`
  .scroll {
    min-height: 0;
    overflow-y: auto;
    overscroll-behavior: contain;
  }
`;
