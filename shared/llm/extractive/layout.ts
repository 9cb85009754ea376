import { quotableSentences } from '#shared/text/quotable-sentences.ts';
import type { Span } from '#shared/text/sentences.ts';

/**
 * What a piece of text is by its form. `label` and `question` stand above what they name, `lead` opens a list or
 * table, `header` is a table's first row, `item` and `row` are parts of lists and tables.
 */
type Shape = 'sentence' | 'item' | 'row' | 'label' | 'question' | 'lead' | 'header';

export type Piece = {
  /** Stands so in the passage; the mark that numbers it is left out. */
  text: string;
  shape: Shape;
  /** Number of its paragraph: what lies between two blank lines. */
  paragraph: number;
  startsLine: boolean;
};

type Draft = Piece & {
  whole: string;
  isMarked: boolean;
  /** The only one of its paragraph. */
  isAlone: boolean;
  isCertain: boolean;
};

/** `- `, `1. `, `(2) `, `가. `, `①`, `Q1. `, `답: `; not the `3. ` of the date `3. 1.` */
const MARK =
  /^(?:[-–*+•·▪■□○●◦▶‣※>]\s+|[①-⑳]\s*|\(?(?:\d{1,2}|[a-zA-Z가나다라마바사아자차카타파하])[.)]\s+(?!\d)|(?:[QA]\d{0,2}|질문|답변|문|답)[.:)]\s+)+/u;
const CIRCLED = /^[①-⑳]/u;
const ARTICLE = /^제\s?\d+\s?[조장절관편](?:의\s?\d+)?(?:\s*[([（][^)\]）]*[)\]）]|\s+\S{1,20})?$/u;
const ENDS_SENTENCE = /(?:[.!。！…]|(?<=\s\S*)다|니다|세요|시오)["'”’」』)\]]*$/u;
const ENDS_QUESTION = /[?？]["'”’」』)\]]*$/u;
const ENDS_COLON = /[:：]$/u;
const CELLS = / \| |\t/u;
const ROW = /^.*(?: \| |\t).*$/gmu;
/** Columns of a heading at most; a Hangul syllable or Han character takes two. */
const MAX_LABEL_COLUMNS = 60;
/** Chapter, section, article: more short lines in a row than that are no headings. */
const MAX_NESTED_LABELS = 3;
const MAX_INTERJECTION = 5;
const YES_OR_NO = /^(?:(?:A|답변?)[.:)]\s+)?(?:네|예|아니요|아니오|yes|no)(?:[,.!]).{0,12}$/iu;

/**
 * The sentences, list items and table rows of a passage in reading order, with the headings and labels between
 * them. Lines that repeat a part of the passage's heading path are headings for certain; others by their form.
 */
export function readPieces(text: string, heading: string | null): Piece[] {
  const drafts = draftsOf(text);
  const known = new Set((heading ?? '').split(' > '));
  for (const [i, draft] of drafts.entries()) {
    draft.isCertain = known.has(draft.whole) || ARTICLE.test(draft.text);
    draft.shape = shapeOf(draft, drafts[i - 1], drafts[i + 1]);
  }
  freeLongRuns(drafts);
  nameHeaderRows(drafts);
  return drafts;
}

function draftsOf(text: string): Draft[] {
  const drafts: Draft[] = [];
  let paragraph = 0;
  let end = 0;
  for (const span of spansOf(text)) {
    const whole = text.slice(span.start, span.end);
    const between = text.slice(end, span.start);
    end = span.end;
    if (/\n\s*\n/u.test(between)) paragraph += 1;
    // Markdown runs the lines of a paragraph together, and with them its clauses: `① … ② …`.
    const startsLine = drafts.length === 0 || between.includes('\n') || CIRCLED.test(whole);
    const mark = startsLine ? (MARK.exec(whole)?.[0] ?? '') : '';
    const isMarked = mark !== '' || (!startsLine && drafts.at(-1)?.isMarked === true);
    const bare = whole.slice(mark.length) || whole;
    const form = { startsLine, isMarked, isAlone: true, isCertain: false };
    drafts.push({ text: bare, whole, shape: 'sentence', paragraph, ...form });
  }
  for (const [i, draft] of drafts.entries()) {
    draft.isAlone = ![drafts[i - 1], drafts[i + 1]].some((other) => other?.paragraph === draft.paragraph);
  }
  return drafts;
}

/** Rows of tables whole, and the sentences of the rest, `네.` together with the sentence after it. */
function spansOf(text: string): Span[] {
  const rows = [...text.matchAll(ROW)].map(({ index, 0: row }) => ({
    start: index,
    end: index + row.length,
  }));
  const prose = text.replaceAll(ROW, (row) => ' '.repeat(row.length));
  const spans: Span[] = [];
  for (const span of [...rows, ...quotableSentences(prose)].sort((a, b) => a.start - b.start)) {
    const last = spans.at(-1);
    const isShort = last !== undefined && isInterjection(text.slice(last.start, last.end));
    if (isShort && !text.slice(last.start, span.start).includes('\n')) last.end = span.end;
    else spans.push({ ...span });
  }
  return spans;
}

/** `네.`, `A. No, sorry.`: an answer only together with the sentence after it. */
function isInterjection(sentence: string): boolean {
  return sentence.length <= MAX_INTERJECTION || YES_OR_NO.test(sentence);
}

function shapeOf(draft: Draft, before: Draft | undefined, next: Draft | undefined): Shape {
  const { text, isMarked } = draft;
  if (CELLS.test(text)) return 'row';
  if (ENDS_QUESTION.test(text)) return 'question';
  if (draft.isCertain) return 'label';
  const isOpen = next !== undefined && !ENDS_SENTENCE.test(text);
  const opens = isOpen ? openingShape(draft, before, next) : null;
  return opens ?? (isMarked ? 'item' : 'sentence');
}

/** What a line without an end mark opens, if it opens anything. */
function openingShape(draft: Draft, before: Draft | undefined, next: Draft): Shape | null {
  if (ENDS_COLON.test(draft.text)) return 'lead';
  if (draft.isMarked && (before?.isMarked === true || next.isMarked)) return null;
  if (!draft.isAlone && next.paragraph === draft.paragraph && isListed(next)) {
    return draft.startsLine ? 'lead' : null;
  }
  const isShort = columns(draft.text) <= MAX_LABEL_COLUMNS;
  return isShort && (draft.isAlone || isLineOverProse(draft, before, next)) ? 'label' : null;
}

function isListed({ isMarked, text }: Draft): boolean {
  return isMarked || CELLS.test(text);
}

/** A heading in plain text often has no blank line behind it. */
function isLineOverProse(draft: Draft, before: Draft | undefined, next: Draft): boolean {
  return before?.paragraph !== draft.paragraph && next.startsLine && ENDS_SENTENCE.test(next.text);
}

/** Many short lines in a row are a list without marks, or terms, each with its longer meaning in the next line. */
function freeLongRuns(drafts: Draft[]): void {
  let run: Draft[] = [];
  for (const [i, draft] of drafts.entries()) {
    const next = drafts[i + 1];
    if (draft.shape === 'label') run.push(draft);
    if (next?.shape === 'label') continue;
    if (run.length > MAX_NESTED_LABELS) freeRun(run, next);
    run = [];
  }
}

function freeRun(run: Draft[], after: Draft | undefined): void {
  for (const [i, draft] of run.entries()) {
    const isTerm = ((run[i + 1] ?? after)?.text.length ?? 0) > 2 * draft.text.length;
    if (!draft.isCertain && !isTerm) draft.shape = 'sentence';
  }
}

/**
 * A table's first row is its header when it holds no figure but a year, and follows something else: a passage
 * may also start in the middle of a table.
 */
function nameHeaderRows(drafts: Draft[]): void {
  for (const [i, draft] of drafts.entries()) {
    const before = drafts[i - 1];
    const isFirst = draft.shape === 'row' && before !== undefined && before.shape !== 'row';
    const hasFigure = /\d/u.test(draft.text.replaceAll(/\b(?:19|20)\d\d\b/gu, ''));
    if (isFirst && !hasFigure && before.shape !== 'header' && drafts[i + 1]?.shape === 'row')
      draft.shape = 'header';
  }
}

function columns(text: string): number {
  return text.length + (text.match(/[\u1100-\u11ff\u3040-\u9fff\uac00-\ud7af]/gu)?.length ?? 0);
}
