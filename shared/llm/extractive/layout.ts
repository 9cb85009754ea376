import { quotableSentences } from '#shared/text/quotable-sentences.ts';
import type { Span } from '#shared/text/sentences.ts';

/**
 * The role of a piece of text, judged by its form. `label` (a heading) and `question` stand above the text that they
 * name, `lead` opens a list or table, `header` is a table's first row, `item` and `row` are parts of lists and tables.
 */
type PieceShape = 'sentence' | 'item' | 'row' | 'label' | 'question' | 'lead' | 'header';

export type Piece = {
  /** Exactly as in the passage, without the mark that numbers it. */
  text: string;
  shape: PieceShape;
  /** Number of its paragraph; blank lines separate paragraphs. */
  paragraph: number;
  startsLine: boolean;
};

type Draft = Piece & {
  /** The text with its mark. */
  whole: string;
  isMarked: boolean;
  /** Whether its line names a fact, as do the lines beside it. */
  isFact: boolean;
  /** Whether it is the only piece of its paragraph. */
  isAlone: boolean;
  /** Whether it is a heading for certain, not by its form alone. */
  isHeading: boolean;
};

/** `- `, `1. `, `(2) `, `가. `, `①`, `Q1. `, `답: `; not the `3. ` of the date `3. 1.` */
const MARK =
  /^(?:[-–*+•·▪■□○●◦▶‣※>]\s+|[①-⑳]\s*|\(?(?:\d{1,2}|[a-zA-Z가나다라마바사아자차카타파하])[.)]\s+(?!\d)|(?:[QA]\d{0,2}|질문|답변|문|답)[.:)]\s+)+/u;
const CIRCLED = /^[①-⑳]/u;
const ARTICLE = /^제\s?\d+\s?[조장절관편](?:의\s?\d+)?(?:\s*[([（][^)\]）]*[)\]）]|\s+\S{1,20})?$/u;
/** The line of a mail that names what it is about. */
const SUBJECT = /^(?:subject|제목|件名|主题)\s*[:：]/iu;
const ENDS_SENTENCE = /(?:[.!。！…]|(?<=\s\S*)다|니다|세요|시오)["'”’」』)\]]*$/u;
const ENDS_QUESTION = /[?？]["'”’」』)\]]*$/u;
const ENDS_COLON = /[:：]$/u;
const CELLS = / \| |\t/u;
const ROW = /^.*(?: \| |\t).*$/gmu;
/** `Yellow bin: glass.`, `담당: 총무팀`: a line that names a fact and tells it. No clock time, no address of the web. */
const FACT = /^\p{L}[^:：.!?|\n]{0,30}[:：]\s+\S/u;
/** The longest heading, in columns; a Hangul syllable or Han character takes two. */
const MAX_LABEL_COLUMNS = 60;
/** Chapter, section, article: of more short lines in a row, none is taken for a heading. */
const MAX_NESTED_LABELS = 3;
const MAX_INTERJECTION = 5;
const YES_OR_NO = /^(?:(?:A|답변?)[.:)]\s+)?(?:네|예|아니요|아니오|yes|no)(?:[,.!]).{0,12}$/iu;

/**
 * The sentences, list items and table rows of a passage in reading order, with the headings and labels between them.
 * A line that repeats a part of the passage's heading path is a heading for certain; other lines are judged by form.
 */
export function readPieces(text: string, heading: string | null): Piece[] {
  const drafts = draftsOf(text);
  const known = new Set((heading ?? '').split(' > '));
  for (const [i, draft] of drafts.entries()) {
    draft.isHeading = known.has(draft.whole) || ARTICLE.test(draft.text);
    draft.shape = shapeOf(draft, drafts[i - 1], drafts[i + 1]);
  }
  unlabelLongRuns(drafts);
  markHeaderRows(drafts);
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
    // Markdown joins the lines of a paragraph, and with them numbered clauses: `① … ② …`.
    const startsLine = drafts.length === 0 || between.includes('\n') || CIRCLED.test(whole);
    const mark = startsLine ? (MARK.exec(whole)?.[0] ?? '') : '';
    const isMarked = mark !== '' || (!startsLine && drafts.at(-1)?.isMarked === true);
    const bare = whole.slice(mark.length) || whole;
    const form = { startsLine, isMarked, isFact: false, isAlone: true, isHeading: false };
    drafts.push({ text: bare, whole, shape: 'sentence', paragraph, ...form });
  }
  markFacts(drafts);
  for (const [i, draft] of drafts.entries()) {
    draft.isAlone = ![drafts[i - 1], drafts[i + 1]].some((other) => other?.paragraph === draft.paragraph);
  }
  return drafts;
}

/** Lines of a paragraph that each name a fact and tell it are a list, as if each had a mark. */
function markFacts(drafts: Draft[]): void {
  const lines = drafts.filter(({ startsLine }) => startsLine);
  const isFact = (line: Draft | undefined): boolean => line !== undefined && FACT.test(line.whole);
  const facts = lines.filter((line, i) => {
    const beside = [lines[i - 1], lines[i + 1]];
    return isFact(line) && beside.some((other) => isFact(other) && other?.paragraph === line.paragraph);
  });
  let open = false;
  for (const draft of drafts) {
    if (draft.startsLine) open = facts.includes(draft);
    draft.isFact = open;
  }
}

/** Whole table rows, and the sentences of the other text. `네.` is joined with the sentence after it. */
function spansOf(text: string): Span[] {
  const rows = [...text.matchAll(ROW)].map(({ index, 0: row }) => ({
    start: index,
    end: index + row.length,
  }));
  const prose = text.replaceAll(ROW, (row) => ' '.repeat(row.length));
  const spans: Span[] = [];
  for (const span of [...rows, ...quotableSentences(prose)].sort((a, b) => a.start - b.start)) {
    const last = spans.at(-1);
    const before = last ? text.slice(last.start, last.end) : '';
    const joins =
      last !== undefined &&
      (isInterjection(before) || (FACT.test(before) && FACT.test(text.slice(span.start, span.end))));
    if (joins && !text.slice(last.start, span.start).includes('\n')) last.end = span.end;
    else spans.push({ ...span });
  }
  return spans;
}

/** `네.`, `A. No, sorry.`: they answer a question only together with the sentence after them. */
function isInterjection(sentence: string): boolean {
  return sentence.length <= MAX_INTERJECTION || YES_OR_NO.test(sentence);
}

function shapeOf(draft: Draft, before: Draft | undefined, next: Draft | undefined): PieceShape {
  const { text, isMarked } = draft;
  if (CELLS.test(text)) return 'row';
  if (ENDS_QUESTION.test(text)) return 'question';
  if (draft.isHeading || (draft.startsLine && SUBJECT.test(text))) return 'label';
  const isOpen = next !== undefined && !ENDS_SENTENCE.test(text);
  const opens = isOpen ? openingShape(draft, before, next) : null;
  return opens ?? (isMarked || draft.isFact ? 'item' : 'sentence');
}

/** The shape of a line without an end mark: a lead, a label, or null for neither. */
function openingShape(draft: Draft, before: Draft | undefined, next: Draft): PieceShape | null {
  if (ENDS_COLON.test(draft.text)) return 'lead';
  if (draft.isFact) return null;
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

/** A heading in plain text, which often has no blank line after it. */
function isLineOverProse(draft: Draft, before: Draft | undefined, next: Draft): boolean {
  return (
    before?.paragraph !== draft.paragraph && next.startsLine && (next.isFact || ENDS_SENTENCE.test(next.text))
  );
}

/**
 * Turns labels of a long run back into sentences: many short lines in a row are a list without marks. A line with a
 * much longer one after it stays a label: it is a term with its definition.
 */
function unlabelLongRuns(drafts: Draft[]): void {
  let run: Draft[] = [];
  for (const [i, draft] of drafts.entries()) {
    const next = drafts[i + 1];
    if (draft.shape === 'label') run.push(draft);
    if (next?.shape === 'label') continue;
    if (run.length > MAX_NESTED_LABELS) unlabelRun(run, next);
    run = [];
  }
}

function unlabelRun(run: Draft[], after: Draft | undefined): void {
  for (const [i, draft] of run.entries()) {
    const isTerm = ((run[i + 1] ?? after)?.text.length ?? 0) > 2 * draft.text.length;
    if (!draft.isHeading && !isTerm) draft.shape = 'sentence';
  }
}

/**
 * Marks the header rows of tables: a first row without figures other than years. It must follow other text, because
 * a passage may start in the middle of a table.
 */
function markHeaderRows(drafts: Draft[]): void {
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
