/**
 * What a refusal of the server means, in the reader's language.
 *
 * Pure; an unknown code becomes a general sentence, never the server's own words.
 */
import {known, t} from './i18n.js';

export function problemKey(error) {
  const key = `problem_${error.code}`;
  if (known(key)) return key;
  return error.passing ? 'problem_passing' : 'problem_other';
}

export const problemValues = ({problem, status}) => ({agent: problem?.agent?.name ?? problem?.by?.name ?? '', status});

export const problemWords = (error) => t(problemKey(error), problemValues(error));
