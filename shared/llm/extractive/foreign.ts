import { isKorean } from '#shared/text/korean-share.ts';
import { detectLanguage } from '#shared/text/language.ts';
import type { ScoredStatement } from './score.ts';

/**
 * Passages of this rank and better are read in another language too, and so many of their statements compared. With 5 and
 * 28 no more answers of 52 were right, and each statement costs 2 ms on two cores.
 */
const PASSAGES = 3;
const COMPARED = 20;

/**
 * The texts of statements of the best passages in another language than the question, each with it as it is compared:
 * under its heading. Of 29 right statements 18 are then the nearest of their passages, and 14 without it.
 */
export function readForeign(
  question: string,
  ranked: readonly ScoredStatement[],
): [text: string, read: string][] {
  const isForeign = foreignTo(question);
  return ranked
    .filter((statement) => statement.passage.index <= PASSAGES && isForeign(statement))
    .sort((a, b) => a.passage.index - b.passage.index)
    .slice(0, COMPARED)
    .map(({ text, under }) => [text, under ? `${under}\n${text}` : text]);
}

/**
 * The statements with an estimate for the words that foreign ones cannot hold: as many as the best one has, so that the
 * meaning decides. Without it, a chance word of the question's language would outweigh any meaning: of 52 questions 16
 * were answered rightly with it, 7 without.
 */
export function estimateWords(
  question: string,
  ranked: readonly ScoredStatement[],
  compared: ReadonlyMap<string, number>,
): ScoredStatement[] {
  const isForeign = foreignTo(question);
  const most = ranked[0]?.score ?? 0;
  const bestFit = Math.max(...ranked.map(({ kindFit }) => kindFit), Number.MIN_VALUE);
  return ranked.map((statement) => {
    if (!compared.has(statement.text) || !isForeign(statement)) return statement;
    const estimate = (most * statement.kindFit) / bestFit;
    return { ...statement, score: Math.max(statement.score, estimate) };
  });
}

/** Whether a statement's passage is in another language than the question; Korean is told from all others. */
function foreignTo(question: string): (statement: ScoredStatement) => boolean {
  const inKorean = detectLanguage(question) === 'ko';
  return ({ passage }) => isKorean(passage.text) !== inKorean;
}
