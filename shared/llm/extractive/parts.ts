import { answerKinds } from './kinds.ts';
import type { ScoredStatement } from './score.ts';

/** A statement that answers another part of the question needs this share of the best one's score. */
const MIN_SHARE = 0.3;
const QUESTION_WORD = '(?:언제|어디|누구|누가|얼마|며칠|몇|어떻게|왜|무엇|뭐|무슨|어느|어떤)';
/** Where a question goes on to ask for something else: `며칠이고 어떻게 써요`, `how much, and who pays`. */
const PART_BORDER = new RegExp(
  `(?<=[?？])\\s+|(?<=(?:이고|인지|는지|하고|이며|되고|되며)),?\\s+(?=(?:\\S+ ){0,2}?${QUESTION_WORD})|,?\\s+and\\s+(?=(?:how|when|who|whom|what|where|which|why|by when|until when)\\b)`,
  'iu',
);

/** The parts of a question that asks for more than one thing; one part for others. */
function partsOf(question: string): string[] {
  return question.split(PART_BORDER).filter((part) => part.trim() !== '');
}

/** Adds a statement for each further part of a question of which the chosen ones do not show the kind of fact. */
export function withOtherParts(
  question: string,
  chosen: ScoredStatement[],
  ranked: ScoredStatement[],
): ScoredStatement[] {
  const parts = partsOf(question);
  const [best] = chosen;
  if (parts.length < 2 || !best) return chosen;
  const all = [...chosen];
  for (const kinds of parts.map(answerKinds)) {
    const shows = ({ together }: ScoredStatement): boolean =>
      together.some(({ text }) => kinds.some((kind) => kind.test(text)));
    if (kinds.length === 0 || all.some(shows)) continue;
    const found = ranked.find((each) => each.score >= best.score * MIN_SHARE && shows(each));
    if (found) all.push(found);
  }
  return all;
}
