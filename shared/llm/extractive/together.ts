import type { Statement } from './statements.ts';

/** A sentence that begins so goes on about the subject of the one before it. */
const REFERS_BACK =
  /^(?:원인|이유|까닭|그때|그러면|그렇지|이 경우|이때|이를|그것|이것|그 뒤|그래서|따라서|또한|다만|단,|그중|it |its |they |this |these |that |the cause|the reason|then |if so|so |otherwise)/iu;
/** A sentence that begins so does not tell its subject. */
const PRONOUN =
  /^(?:it|its|they|their|this|these|he|she|the cause|the reason|그것은|이것은|이는|이를|원인은|이유는)\s/iu;
/** A sentence that begins so completes the one before it. */
const COMPLETES =
  /^(?:그때|그러면|그렇지 않으면|이 경우|이때|원인은|이유는|it |they |otherwise|if not|the cause|the reason)/iu;
/** Longer sentences stand for themselves. */
const MAX_OPENING_CHARS = 60;
/** A statement with a smaller share of terms that are not in the question only repeats it. */
export const MIN_NEW_TERM_SHARE = 0.34;
/** The first sentence of a paragraph, when short, names its topic rather than tells it. */
const MAX_NEW_IN_OPENING = 0.55;
const MAX_TOGETHER_CHARS = 320;
/** A sentence after it that fits the kind of fact asked for so much better is quoted with it. */
const BETTER_FIT = 1.2;

/** Whether a sentence goes on about the subject of the one before it. */
export function refersBack(text: string): boolean {
  return REFERS_BACK.test(text);
}

/**
 * A statement with the neighbours in its paragraph without which it does not answer: the sentence that names its
 * subject (`It …`), and those after it where it only repeats the question or announces the fact asked for.
 */
export function completeStatement(
  statement: Statement,
  newShare: number,
  fitOf: (text: string, intro: string) => number,
): Statement[] {
  if (statement.run) return [statement];
  const { text, previous } = statement;
  const before = previous && PRONOUN.test(text) ? [previous] : [];
  const after = sentencesAfter(statement, newShare, fitOf);
  const length = [...before, statement, ...after].reduce((sum, each) => sum + each.text.length, 0);
  return [...before, statement, ...(length <= MAX_TOGETHER_CHARS ? after : after.slice(0, 1))];
}

function sentencesAfter(
  { text, previous, next, intro }: Statement,
  newShare: number,
  fitOf: (text: string, intro: string) => number,
): Statement[] {
  if (!next) return [];
  const isShort = text.length <= MAX_OPENING_CHARS;
  const isOpening = previous === null && isShort;
  if (newShare < (isOpening ? MAX_NEW_IN_OPENING : MIN_NEW_TERM_SHARE)) {
    return isOpening && next.next ? [next, next.next] : [next];
  }
  const fits = fitOf(next.text, intro) > fitOf(text, intro) * BETTER_FIT;
  return fits || (isShort && COMPLETES.test(next.text)) ? [next] : [];
}
