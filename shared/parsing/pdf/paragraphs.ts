import { isOpenEnd, type LineStyle } from '../join-lines.ts';
import { parseNumberedHeading } from '../numbered-headings.ts';
import { joinPlaced } from '../placed-text.ts';
import { LIST_MARKER } from '../text/text.ts';
import type { Draft } from './draft.ts';
import { type PageFrame, placeLine } from './place-line.ts';
import { mergeRow, type Row, type Segment } from './rows.ts';
import { findTable } from './tables.ts';

/** Typography of the document. `pitch` is the distance of lines in a paragraph, in ems. */
export type Typography = { pitch: number; style: LineStyle };

/** The dots between an entry of a table of contents and its page number. */
const LEADER = /(?:\s*[.·․…‥]){4,}\s*/gu;

/** How much shorter than its column a line may be that does not end a paragraph, if its sentence goes on. */
const RAGGED = 0.15;

type Paragraph = { lines: Segment[]; item: boolean };

/** Divides the rows of one region into paragraphs, list items and tables. */
export function splitIntoDrafts(rows: Row[], frame: PageFrame, typography: Typography): Draft[] {
  const drafts: Draft[] = [];
  let lines: Segment[] = [];
  const close = () => {
    drafts.push(...textDrafts(lines, frame, typography));
    lines = [];
  };
  for (let i = 0; i < rows.length; i += 1) {
    const table = findTable(rows, i, { style: typography.style, frame });
    if (table) {
      close();
      drafts.push({ kind: 'table', lines: table.rows, size: 0, page: frame.page });
      i += table.taken - 1;
      continue;
    }
    const line = mergeRow(rows[i] ?? []);
    if (line) lines.push({ ...line, text: line.text.replace(LEADER, ' … ') });
  }
  close();
  return drafts;
}

function textDrafts(lines: Segment[], frame: PageFrame, { pitch, style }: Typography): Draft[] {
  const { page } = frame;
  const drafts: Draft[] = [];
  for (const { lines: own, item } of paragraphsOf(lines, pitch)) {
    const placed = own.map((line) => placeLine(line, frame));
    const size = Math.max(...own.map((line) => line.size));
    const last = drafts.at(-1);
    if (!item) drafts.push({ kind: 'text', lines: placed, size, page });
    else if (last?.kind === 'list' && Math.abs(last.size - size) < 0.5)
      last.lines.push(joinPlaced(placed, style));
    else drafts.push({ kind: 'list', lines: [joinPlaced(placed, style)], size, page });
  }
  return drafts;
}

function paragraphsOf(lines: Segment[], pitch: number): Paragraph[] {
  const paragraphs: Paragraph[] = [];
  for (const [i, line] of lines.entries()) {
    const open = paragraphs.at(-1);
    const last = open?.lines.at(-1);
    const neighbours = [lines[i - 2], last, line, lines[i + 1]];
    if (!open || !last || startsParagraph({ open, last, line, neighbours }, pitch)) {
      paragraphs.push({ lines: [line], item: isItem(line.text) });
    } else open.lines.push(line);
  }
  return paragraphs;
}

/** `①` numbers the paragraphs of a Korean article, which are prose. */
function isItem(text: string): boolean {
  return LIST_MARKER.test(`${text} `) && !/^[①-⑳]/u.test(text);
}

type LineBreak = { open: Paragraph; last: Segment; line: Segment; neighbours: (Segment | undefined)[] };

/** Whether a new paragraph starts with `line`. */
function startsParagraph({ open, last, line, neighbours }: LineBreak, pitch: number): boolean {
  if (Math.abs(line.size - last.size) > last.size * 0.08) return true;
  const gap = line.y - last.y;
  if (gap < 0 || gap > Math.max(pitch * 1.2, 1.25) * line.size) return true;
  const early = endsEarly(last, line, neighbours);
  if (startsItemOrArticle(line.text) && (early || !isCutSentence(last, line))) return true;
  const isHeadingAlone = open.lines.length === 1 && parseNumberedHeading(last.text)?.rest === '';
  return early || isHeadingAlone || isIndented(open, last, line);
}

/** Whether a line is indented like the first of a paragraph; continuation lines of a list item are not. */
function isIndented(open: Paragraph, last: Segment, line: Segment): boolean {
  const left = open.lines[0]?.x0 ?? 0;
  if (open.item && line.x0 > left + line.size * 0.4) return false;
  return line.x0 > last.x0 + line.size * 0.8 && last.x0 <= left;
}

function startsItemOrArticle(text: string): boolean {
  return LIST_MARKER.test(text) || parseNumberedHeading(text) !== null;
}

/** "…신청한 | 다. 그리고 …": 다 is the end of a divided word, not the number of an item. */
function isCutSentence(last: Segment, line: Segment): boolean {
  return /[가-힣]$/u.test(last.text) && /^다\.\s/u.test(`${line.text} `);
}

/** Whether the first word of the next line would have fitted: then the author ended the line. */
function endsEarly(last: Segment, line: Segment, neighbours: (Segment | undefined)[]): boolean {
  const similar = neighbours.filter((other) => other && Math.abs(other.size - line.size) < line.size * 0.08);
  const right = Math.max(...similar.map((other) => other?.x1 ?? 0));
  const [word = ''] = line.text.split(' ', 1);
  const wordWidth = ((line.x1 - line.x0) * word.length) / Math.max(line.text.length, 1);
  // Programs that count characters break proportional type unevenly.
  const slack = isOpenEnd(last.text, line.text) ? (right - last.x0) * RAGGED : 0;
  return right - last.x1 > wordWidth + line.size * 0.8 + slack;
}

/**
 * The usual distance between the lines of a paragraph, in ems: the most frequent one between lines of the same size and
 * left edge. 1.5 when fewer than three distances agree.
 */
export function measureLinePitch(regions: Row[][]): number {
  const counts = new Map<number, number>();
  for (const pitch of regions.flatMap((rows) => pitches(rows)))
    counts.set(pitch, (counts.get(pitch) ?? 0) + 1);
  const [best] = [...counts.entries()].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  return best && best[1] >= 3 ? best[0] : 1.5;
}

function pitches(rows: Row[]): number[] {
  return rows.slice(1).flatMap((row, i) => {
    const above = rows[i]?.[0];
    const [line] = row;
    if (!above || !line || row.length !== 1) return [];
    if (Math.abs(above.size - line.size) > 0.3 || Math.abs(above.x0 - line.x0) > line.size) return [];
    const pitch = Math.round(((line.y - above.y) / line.size) * 20) / 20;
    return pitch > 0.9 && pitch < 2.6 ? [pitch] : [];
  });
}
