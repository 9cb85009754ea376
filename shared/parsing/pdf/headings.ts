import type { Block } from '../document.ts';
import type { LineStyle } from '../join-lines.ts';
import { parseNumberedHeading } from '../numbered-headings.ts';
import { concatPlaced, joinPlaced, type PlacedText, slicePlaced } from '../placed-text.ts';
import type { Draft } from './draft.ts';
import { joinOverBreaks } from './over-breaks.ts';

const MAX_HEADING_CHARS = 150;
const MAX_HEADING_LINES = 3;

/**
 * Turns drafts into blocks and finds the headings: tagged ones, text in larger type than the body, and the numbered
 * articles of Korean rules.
 */
export function draftsToBlocks(drafts: Draft[], style: LineStyle): Block[] {
  const sizes = headingSizes(drafts);
  const deepest = drafts.reduce((most, { level }) => Math.max(most, level ?? 0), sizes.length);
  const isHeading = (draft: Draft) =>
    draft.level !== undefined || (draft.kind === 'list' ? isLargeItem(draft, sizes) : isLarge(draft, sizes));
  return joinOverBreaks(drafts, { style, isHeading }).flatMap((draft): Block[] => {
    const { page } = draft;
    if (draft.kind !== 'text') {
      if (draft.kind === 'list' && isLargeItem(draft, sizes)) {
        return [
          { ...concatPlaced(draft.lines, ' '), kind: 'heading', page, level: levelOf(draft.size, sizes) },
        ];
      }
      return [{ ...concatPlaced(draft.lines, '\n'), kind: draft.kind, page }];
    }
    const placed = joinPlaced(draft.lines, style);
    if (draft.level !== undefined) return [{ ...placed, kind: 'heading', page, level: draft.level }];
    if (isLarge(draft, sizes))
      return [{ ...placed, kind: 'heading', page, level: levelOf(draft.size, sizes) }];
    return splitNumbered(placed, page, deepest);
  });
}

function splitNumbered(placed: PlacedText, page: number, deepest: number): Block[] {
  const found = parseNumberedHeading(placed.text);
  if (!found) return [{ ...placed, kind: 'paragraph', page }];
  // Chapters are usually set in larger type, so that `deepest` includes their level.
  const level = Math.min(6, Math.max(found.level, deepest + (found.level === 1 ? 0 : 1)));
  const { length } = placed.text;
  const title = slicePlaced(placed, 0, found.heading.length);
  const heading: Block = { ...title, kind: 'heading', page, level };
  if (found.rest === '') return [heading];
  return [heading, { ...slicePlaced(placed, length - found.rest.length, length), kind: 'paragraph', page }];
}

/** Font sizes of headings, largest first; none where the document tags its headings. */
function headingSizes(drafts: Draft[]): number[] {
  if (drafts.some((draft) => draft.level !== undefined)) return [];
  const body = bodySize(drafts);
  const large = drafts
    .filter((draft) => draft.size >= body * 1.12 && isShort(draft))
    .map((draft) => draft.size);
  const sizes: number[] = [];
  for (const size of large.sort((a, b) => b - a)) {
    if (sizes.length === 0 || size < (sizes.at(-1) ?? 0) * 0.96) sizes.push(size);
  }
  return sizes.slice(0, 5);
}

/** The font size of most characters, in half points. */
function bodySize(drafts: Draft[]): number {
  const chars = new Map<number, number>();
  for (const draft of drafts) {
    const size = Math.round(draft.size * 2) / 2;
    const length = draft.lines.reduce((sum, line) => sum + line.text.length, 0);
    if (size > 0) chars.set(size, (chars.get(size) ?? 0) + length);
  }
  return [...chars.entries()].sort((a, b) => b[1] - a[1])[0]?.[0] ?? Number.POSITIVE_INFINITY;
}

function isLarge(draft: Draft, sizes: number[]): boolean {
  return draft.size >= (sizes.at(-1) ?? Number.POSITIVE_INFINITY) * 0.96 && isShort(draft);
}

/** "1. 개요" in large type is a heading, not a list of one item. */
function isLargeItem(draft: Draft, sizes: number[]): boolean {
  return draft.lines.length === 1 && isLarge(draft, sizes);
}

function isShort(draft: Draft): boolean {
  const { text } = concatPlaced(draft.lines, ' ');
  if (draft.lines.length > MAX_HEADING_LINES || text.length > MAX_HEADING_CHARS) return false;
  return /\p{L}/u.test(text) && !/[다요]\.(?:\s|$)|[,;]$| … \d+$/u.test(text);
}

function levelOf(size: number, sizes: number[]): number {
  const at = sizes.findIndex((candidate) => size >= candidate * 0.96);
  return at === -1 ? sizes.length : at + 1;
}
