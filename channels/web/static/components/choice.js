/**
 * One of a few answers, as buttons that are pressed in: a radio button each, unseen and as large as its label.
 */
import {css, html} from '../vendor/lit.js';

export const choiceStyles = css`
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
  }
  legend {
    padding: 0;
    font-weight: 600;
  }
  input {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    margin: 0;
    opacity: 0;
    cursor: pointer;
  }
  label:focus-within {
    outline: 3px solid var(--focus);
    outline-offset: 2px;
  }
  .choice {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    margin-top: 0.35rem;
  }
  .choice label {
    position: relative;
  }
  .choice .on {
    border-color: var(--primary);
    background: var(--primary-soft);
    color: var(--primary-soft-ink);
    font-weight: 650;
  }
  .problem {
    margin-top: 0.6rem;
    color: var(--danger);
    font-weight: 600;
  }
`;

/** An answer of the question `name`; `choose` is called when it is picked. */
export const choice = (name, words, chosen, choose) =>
  html`<label class="button ${chosen ? 'on' : ''}"
    ><input type="radio" name=${name} .checked=${chosen} @change=${choose} />${words}</label
  >`;
