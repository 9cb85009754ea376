import { findQuote, type Span } from './find-quote.ts';

/** What of a passage the text of a document is put together from. */
type Part = { id: string; text: string; start: number; end: number; heading: string | null };

/** A block of a document's text. `start` is the offset of its text; tables have the offsets of their cells. */
export type TextBlock = { start: number; text: string } & (
  | { kind: 'paragraph' | 'code' }
  | { kind: 'heading'; level: number }
  | { kind: 'list'; items: Cell[] }
  | { kind: 'table'; rows: Cell[][] }
);
type Cell = { start: number; text: string };

/** The API's separator of two blocks: one blank line. */
const BLOCK_END = '\n\n';
const CELL_END = ' | ';
const ITEM = /^(?:[-*•‣▪○●]|\d+[.)]|[가나다라마바사아자차카타파하]\.)\s/u;

/** A document's text, with the offsets that the passages have. */
export type DocumentText = { text: string; headings: Map<string, number> };

/** Puts a document's text together from its passages, which overlap: each part of it is there once. */
export function joinPassages(passages: readonly Part[]): DocumentText {
  let text = '';
  const headings = new Map<string, number>();
  for (const passage of passages) {
    // White space between two passages belongs to none: one character within a paragraph, two between blocks.
    const gap = passage.start - text.length;
    if (gap > 0) text += gap === BLOCK_END.length ? BLOCK_END : ' '.repeat(gap);
    text += passage.text.slice(Math.max(0, text.length - passage.start));
    for (const [depth, heading] of (passage.heading?.split(' > ') ?? []).entries())
      if (!headings.has(heading)) headings.set(heading, depth + 1);
  }
  return { text, headings };
}

/** The blocks of a document's text: headings, paragraphs, lists and tables. */
export function splitIntoBlocks({ text, headings }: DocumentText): TextBlock[] {
  const blocks: TextBlock[] = [];
  let start = 0;
  for (const part of text.split(BLOCK_END)) {
    if (part.trim() !== '') blocks.push(readBlock({ start, text: part }, headings));
    start += part.length + BLOCK_END.length;
  }
  return blocks;
}

function readBlock(block: Cell, headings: Map<string, number>): TextBlock {
  const level = headings.get(block.text.trim());
  if (level !== undefined) return { ...block, kind: 'heading', level };
  const lines = splitCells(block, '\n');
  const rows = lines.map((line) => splitCells(line, CELL_END));
  if (rows.length > 1 && rows.every((row) => row.length > 1)) return { ...block, kind: 'table', rows };
  if (lines.every((line) => ITEM.test(line.text))) return { ...block, kind: 'list', items: lines };
  return { ...block, kind: lines.length > 1 ? 'code' : 'paragraph' };
}

function splitCells({ start, text }: Cell, separator: string): Cell[] {
  let at = start;
  return text.split(separator).map((part) => {
    const cell = { start: at, text: part };
    at += part.length + separator.length;
    return cell;
  });
}

/** The place of a quote in the document: in its passage, else wherever it stands first; null when it is nowhere. */
export function locateQuote(
  passages: readonly Part[],
  text: string,
  { chunkId, quote }: { chunkId: string; quote: string },
): Span | null {
  const passage = passages.find(({ id }) => id === chunkId);
  if (passage && quote.trim() === '') return { start: passage.start, end: passage.end };
  const inside = passage && findQuote(passage.text, quote);
  if (inside) return { start: passage.start + inside.start, end: passage.start + inside.end };
  return findQuote(text, quote) ?? (passage ? { start: passage.start, end: passage.end } : null);
}

/** A piece of a text, and whether it lies within the marked span. */
export type Piece = { text: string; isMarked: boolean };

/** Cuts a text that starts at `start` of the document at the ends of a span. */
export function cutAtSpan({ start, text }: Cell, span: Span | null): Piece[] {
  if (!span) return [{ text, isMarked: false }];
  const from = Math.min(Math.max(span.start - start, 0), text.length);
  const to = Math.min(Math.max(span.end - start, from), text.length);
  const pieces = [
    { text: text.slice(0, from), isMarked: false },
    { text: text.slice(from, to), isMarked: true },
    { text: text.slice(to), isMarked: false },
  ];
  return pieces.filter((piece) => piece.text !== '');
}
