import type { ScoredStatement } from './score.ts';
import type { Statement } from './statements.ts';
import { asksYesNo, decides } from './verdict.ts';

/** The longest answer of a FAQ that is quoted whole. */
const MAX_ANSWER_CHARS = 200;
/** A sentence that says less than this share of what it covers with its heading answers as a part of its section. */
const MAX_OWN_SHARE = 0.5;

/**
 * Adds to the sentences of the best statement those without which they mislead: the rest of a short answer to a
 * question above it, and the sentence beside it that decides a question for yes or no.
 */
export function widen(question: string, best: ScoredStatement, ranked: ScoredStatement[]): ScoredStatement {
  const { together } = best;
  if (best.run) return best;
  const paragraph = paragraphOf(best);
  if (isWholeAnswer(best, paragraph)) return { ...best, together: paragraph };
  if (!asksYesNo(question) || together.some(({ text }) => decides(text))) return best;
  const [first, last] = [together[0], together.at(-1)];
  const coverage = (each: Statement) => ranked.find(({ text }) => text === each.text)?.ownCoverage ?? 0;
  const beside = [first?.previous, last?.next].find(
    (each) => each && decides(each.text) && coverage(each) > 0,
  );
  if (!beside) return best;
  return { ...best, together: beside === last?.next ? [...together, beside] : [beside, ...together] };
}

/** All sentences of a statement's paragraph, in order. */
function paragraphOf(statement: Statement): Statement[] {
  const before: Statement[] = [];
  for (let each = statement.previous; each; each = each.previous) before.unshift(each);
  const after: Statement[] = [];
  for (let each = statement.next; each; each = each.next) after.push(each);
  return [...before, statement, ...after];
}

function isWholeAnswer(
  { isAnswer, ownCoverage, coverage }: ScoredStatement,
  paragraph: Statement[],
): boolean {
  const length = paragraph.reduce((sum, { text }) => sum + text.length, 0);
  return isAnswer && length <= MAX_ANSWER_CHARS && ownCoverage < coverage * MAX_OWN_SHARE;
}
