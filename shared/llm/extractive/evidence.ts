import { figureKinds } from './kinds.ts';
import { codesIn, divideMessage } from './question.ts';
import type { ScoredStatement } from './score.ts';

export type Evidence = 'clear' | 'weak' | 'none';

/**
 * A best statement that covers less of the question shares only chance words with it. On the tuning half of
 * bench/answers 5 % of the right answers cover less than 0.19, and half of the invented ones less than 0.2.
 */
const MIN_STRENGTH = 0.14;
const CLEAR_STRENGTH = 0.2;
/** Between languages only names, numbers and synonyms match. */
const OTHER_LANGUAGE_FACTOR = 0.6;
/** A statement with the kind of fact asked for says more than its coverage, up to this factor. */
const MAX_FIT = 1.5;
/** Above this coverage a figure may be written in a way that `figureKinds` does not know. */
const SURE_COVERAGE = 0.7;

/**
 * Whether what was chosen answers the question: `none` when the best statement is about something else, or has no
 * figure of the kind asked for; `weak` when it may be.
 */
export function weighEvidence(question: string, shown: string, best: ScoredStatement): Evidence {
  const kinds = figureKinds(divideMessage(question).asked);
  if (best.coverage < SURE_COVERAGE && !kinds.every((kind) => kind.test(shown))) return 'none';
  return namesCode(question, shown) ? 'clear' : rateStrength(question, best);
}

/** The same for a list, whose items need no figure. */
export function rateStrength(question: string, best: ScoredStatement): Evidence {
  const factor = isKorean(question) === isKorean(best.text) ? 1 : OTHER_LANGUAGE_FACTOR;
  const strength = best.coverage * Math.min(best.kindFit, MAX_FIT);
  if (strength >= CLEAR_STRENGTH * factor) return 'clear';
  return strength < MIN_STRENGTH * factor ? 'none' : 'weak';
}

/** Whether a text has a code of the question, such as `BN-4220` or `led_quiet`. */
function namesCode(question: string, text: string): boolean {
  return codesIn(question).some((code) => text.includes(code));
}

function isKorean(text: string): boolean {
  return /[가-힣]/u.test(text);
}
