import { findFigures } from '#shared/text/figures.ts';
import { lexicalTokens } from '#shared/text/lexical.ts';
import { synonymTerms } from './synonyms.ts';

/** `reimbursed` and `reimbursement` have different stems, but the same first five letters. */
const PREFIX_LENGTH = 5;

/** The beginning by which a longer Latin word matches its other forms; null for other terms. */
export function beginningOf(term: string): string | null {
  return /^[a-z]{6,}$/u.test(term) ? `${term.slice(0, PREFIX_LENGTH)}~` : null;
}

/**
 * The terms by which statements and questions are compared: search terms, beginnings of words, groups of synonyms,
 * and figures, the same in each notation (`2026/05/29` and `2026년 5월 29일`).
 */
export function termsOf(text: string): Set<string> {
  const terms = lexicalTokens(text);
  return new Set([
    ...terms,
    ...terms.flatMap((term) => beginningOf(term) ?? []),
    ...figureTerms(text),
    ...synonymTerms(text),
  ]);
}

/** The most exact term of each date, time, amount and duration, and its coarser ones. */
export function figureTerms(text: string): string[] {
  return findFigures(text).flatMap(({ terms }) => terms);
}
