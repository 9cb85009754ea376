import { estimateWords, readForeign } from './foreign.ts';
import type { ScoredStatement } from './score.ts';

/** The similarity by meaning of each compared text to the question. */
export type Meanings = ReadonlyMap<string, number>;

/** The best statements by words that are also compared by meaning: each costs 2 ms on two cores. */
const COMPARED = 10;
/** So many where the best one covers less than this share of the question: its words may not be the document's. */
const COMPARED_WHEN_UNSURE = 20;
const UNSURE_COVERAGE = 0.45;
/** The words decide alone where the best statement covers so much and the second is so far behind. */
const CLEAR_COVERAGE = 0.55;
const CLEAR_LEAD = 0.6;
/** What a statement that is one span closer than the middle one gains, as a share of the best one's score. */
const GAIN = 0.5;
/** The same where hardly a word is shared, so that chance leads among the words. */
const GAIN_BY_CHANCE = 1.2;
const CHANCE_COVERAGE = 0.2;
/** The distance of the right sentence to the middle one, on average. */
const SPAN = 0.04;

/** A statement's text, and it as it is compared: in another language under its heading. */
export type ComparedText = { text: string; read: string };

/** The texts of the statements to be compared by meaning; none where the words decide. `ranked` is best first. */
export function textsToCompare(question: string, ranked: readonly ScoredStatement[]): ComparedText[] {
  const [best, second] = ranked;
  const isClear =
    !best || !second || (best.coverage >= CLEAR_COVERAGE && second.score < best.score * CLEAR_LEAD);
  if (isClear) return [];
  const count = best.coverage < UNSURE_COVERAGE ? COMPARED_WHEN_UNSURE : COMPARED;
  const own = ranked.slice(0, count).map(({ text }) => [text, text] as const);
  return [...new Map([...own, ...readForeign(question, ranked)])].map(([text, read]) => ({ text, read }));
}

/** Ranks statements by words and by meaning. Between languages, and between synonyms, only the meaning tells. */
export function rankByMeaning(
  question: string,
  ranked: readonly ScoredStatement[],
  meanings: Meanings,
): ScoredStatement[] {
  const values = [...meanings.values()].sort((a, b) => a - b);
  const middle = values[Math.floor(values.length / 2)];
  const most = ranked[0]?.score ?? 0;
  if (middle === undefined) return [...ranked];
  const gain = (ranked[0]?.coverage ?? 1) < CHANCE_COVERAGE ? GAIN_BY_CHANCE : GAIN;
  return estimateWords(question, ranked, meanings)
    .map((statement) => {
      const spans = ((meanings.get(statement.text) ?? middle) - middle) / SPAN;
      return {
        ...statement,
        score: Math.max(0, statement.score + statement.news * gain * most * spans),
        spans,
      };
    })
    .sort((a, b) => b.score - a.score);
}
