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
/** A sentence that begins so goes on about the one before it, or restricts it. */
const CONTINUES =
  /^(?:(?:그|이|해당|위|이런|그런|이러한|그러한) |그것|이것|이를|이는|그러면|그렇지|그때|이때|그러나|하지만|반면|그 대신|대신|다만|단,|예외|그보다|이보다|it |its |they |their |this |these |those |the two |both |instead|otherwise|however|but |unless |except|only |if not|in that case|(?:from|after|before|until) (?:that|then)|then |such )/iu;
/** A sentence that names what it is about by pointing back, also later in it. */
const POINTS_BACK =
  /(?<![가-힣])(?:이|그|해당|위) (?!규정|문서|계약|법|날|달|해|밖|뒤|후|전|외)[가-힣]{1,8}(?:을|를|은|는|이|가|에|의|로)(?![가-힣])|\b(?:those|instead)\b/iu;
/** Longer sentences stand for themselves. */
const MAX_OPENING_CHARS = 60;
/** A statement with a smaller share of terms that are not in the question only repeats it. */
export const MIN_NEW_TERM_SHARE = 0.34;
/** The first sentence of a paragraph, when short, names its topic rather than tells it. */
const MAX_NEW_IN_OPENING = 0.55;
const MAX_TOGETHER = 3;
const MAX_TOGETHER_CHARS = 300;
/** A sentence after it that fits the kind of fact asked for so much better is quoted with it. */
const BETTER_FIT = 1.2;

/** Whether a sentence goes on about the subject of the one before it. */
export function refersBack(text: string): boolean {
  return REFERS_BACK.test(text);
}

/**
 * A statement with the neighbours in its paragraph without which it does not answer: the sentence that names its
 * subject (`It …`), and those after it where it only repeats the question or announces the fact asked for, and where
 * they go on about it or restrict it.
 */
export function completeStatement(
  statement: Statement,
  newShare: number,
  fitOf: (text: string, intro: string) => number,
): Statement[] {
  const { text, previous, shape } = statement;
  if (shape === 'row') return [statement];
  const isContinuing = previous?.sequel === statement && continues(text);
  const before = previous && (isContinuing || (!statement.run && PRONOUN.test(text))) ? [previous] : [];
  const after = sentencesAfter(statement, newShare, fitOf);
  const length = lengthOf([...before, statement, ...after]);
  const complete = [...before, statement, ...(length <= MAX_TOGETHER_CHARS ? after : after.slice(0, 1))];
  return withContinuation(complete);
}

/** Adds the sentences that go on about the last one, as far as the limits allow. */
function withContinuation(together: readonly Statement[]): Statement[] {
  const all = [...together];
  for (let next = all.at(-1)?.sequel; next && continues(next.text); next = next.sequel) {
    if (all.length >= MAX_TOGETHER || lengthOf([...all, next]) > MAX_TOGETHER_CHARS) break;
    all.push(next);
  }
  return all;
}

/** Whether a sentence goes on about the one before it, or restricts it. */
function continues(text: string): boolean {
  return CONTINUES.test(text) || POINTS_BACK.test(text);
}

function lengthOf(statements: readonly Statement[]): number {
  return statements.reduce((sum, { text }) => sum + text.length, 0);
}

function sentencesAfter(
  { text, previous, next, run, intro }: Statement,
  newShare: number,
  fitOf: (text: string, intro: string) => number,
): Statement[] {
  if (!next || run) return [];
  const isShort = text.length <= MAX_OPENING_CHARS;
  const isOpening = previous === null && isShort;
  if (newShare < (isOpening ? MAX_NEW_IN_OPENING : MIN_NEW_TERM_SHARE)) {
    return isOpening && next.next ? [next, next.next] : [next];
  }
  const fits = fitOf(next.text, intro) > fitOf(text, intro) * BETTER_FIT;
  return fits || (isShort && COMPLETES.test(next.text)) ? [next] : [];
}
