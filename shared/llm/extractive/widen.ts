import type { ScoredStatement } from './score.ts';
import type { Statement } from './statements.ts';
import { asksYesNo, decides, denies, saysYesOrNo } from './verdict.ts';

/** The longest answer of a FAQ that is quoted whole. */
const MAX_ANSWER_CHARS = 200;
const MAX_SENTENCES = 3;
/** A sentence that says less than this share of what it covers with its heading answers as a part of its section. */
const MAX_OWN_SHARE = 0.5;

/**
 * Adds to the sentences of the best statement those without which they mislead: the rest of a short answer to a
 * question above it, and the sentence beside it that decides a question for yes or no.
 */
export function widen(question: string, best: ScoredStatement, ranked: ScoredStatement[]): ScoredStatement {
  const { together } = best;
  const isYesNo = asksYesNo(question);
  const paragraph = paragraphOf(best);
  if (isWholeAnswer(best, paragraph, isYesNo)) return { ...best, together: paragraph };
  if (!isYesNo) return best;
  const denial = denialAfter(together);
  if (denial.length > 0) return { ...best, together: [...together, ...denial] };
  if (best.run || together.some(({ text }) => decides(text))) return best;
  const [first, last] = [together[0], together.at(-1)];
  const coverage = (each: Statement) => ranked.find(({ text }) => text === each.text)?.ownCoverage ?? 0;
  const beside = [first?.previous, last?.next].find(
    (each) => each && decides(each.text) && coverage(each) > 0,
  );
  if (!beside) return best;
  return { ...best, together: beside === last?.next ? [...together, beside] : [beside, ...together] };
}

/** What follows in the same clause up to a sentence that denies something: for some it makes a yes a no. */
function denialAfter(together: Statement[]): Statement[] {
  const after: Statement[] = [];
  for (let next = together.at(-1)?.sequel; next; next = next.sequel) {
    after.push(next);
    if (together.length + after.length > MAX_SENTENCES) return [];
    if (denies(next.text)) return after;
  }
  return [];
}

/** All sentences of a statement's paragraph or list item, in order. */
function paragraphOf(statement: Statement): Statement[] {
  const { run } = statement;
  const before: Statement[] = [];
  for (let each = statement.previous; each; each = each.previous) {
    // By their texts: a scored statement is a copy of the one that its neighbours know.
    if (run && each.sequel?.text !== (before[0] ?? statement).text) break;
    before.unshift(each);
  }
  const after: Statement[] = [];
  const nextOf = (each: Statement) => (run ? each.sequel : each.next);
  for (let each = nextOf(statement); each; each = nextOf(each)) after.push(each);
  return [...before, statement, ...after];
}

function isWholeAnswer(
  { isAnswer, ownCoverage, coverage }: ScoredStatement,
  paragraph: Statement[],
  isYesNo: boolean,
): boolean {
  const length = paragraph.reduce((sum, { text }) => sum + text.length, 0);
  const isPart = isYesNo || ownCoverage < coverage * MAX_OWN_SHARE || saysYesOrNo(paragraph[0]?.text ?? '');
  return isAnswer && length <= MAX_ANSWER_CHARS && isPart;
}
