import type { Block } from '../document.ts';
import { joinLines, type LineStyle } from '../join-lines.ts';
import { numberedHeading } from '../numbered-headings.ts';
import type { Draft } from './draft.ts';

const MAX_HEADING_CHARS = 150;
const MAX_HEADING_LINES = 3;

/**
 * Joins drafts into blocks and finds the headings: those that the document declares, larger type than the
 * body's, and the numbered articles of Korean rules.
 */
export function blocksOf(drafts: Draft[], style: LineStyle): Block[] {
  const sizes = headingSizes(drafts);
  const deepest = Math.max(sizes.length, ...drafts.map((draft) => draft.level ?? 0));
  return drafts.flatMap((draft): Block[] => {
    const { page } = draft;
    if (draft.kind !== 'text') {
      if (draft.kind === 'list' && isLargeItem(draft, sizes)) {
        return [{ text: draft.lines.join(' '), kind: 'heading', page, level: levelOf(draft.size, sizes) }];
      }
      return [{ text: draft.lines.join('\n'), kind: draft.kind, page }];
    }
    const text = joinLines(draft.lines, style);
    if (draft.level !== undefined) return [{ text, kind: 'heading', page, level: draft.level }];
    if (isLarge(draft, sizes)) return [{ text, kind: 'heading', page, level: levelOf(draft.size, sizes) }];
    return numbered(text, page, deepest);
  });
}

function numbered(text: string, page: number, deepest: number): Block[] {
  const found = numberedHeading(text);
  if (found === null) return [{ text, kind: 'paragraph', page }];
  // Chapters are usually set in larger type, and counted there already.
  const level = Math.min(6, Math.max(found.level, deepest + (found.level === 1 ? 0 : 1)));
  const heading: Block = { text: found.heading, kind: 'heading', page, level };
  return found.rest === '' ? [heading] : [heading, { text: found.rest, kind: 'paragraph', page }];
}

/** Font sizes of headings, largest first; none where the document declares its headings. */
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

/** The size that most characters are set in. */
function bodySize(drafts: Draft[]): number {
  const chars = new Map<number, number>();
  for (const draft of drafts) {
    const size = Math.round(draft.size * 2) / 2;
    const length = draft.lines.reduce((sum, line) => sum + line.length, 0);
    if (size > 0) chars.set(size, (chars.get(size) ?? 0) + length);
  }
  return [...chars.entries()].sort((a, b) => b[1] - a[1])[0]?.[0] ?? Number.POSITIVE_INFINITY;
}

function isLarge(draft: Draft, sizes: number[]): boolean {
  return draft.size >= (sizes.at(-1) ?? Number.POSITIVE_INFINITY) * 0.96 && isShort(draft);
}

/** "1. 개요" in large type is a heading, not a list of one. */
function isLargeItem(draft: Draft, sizes: number[]): boolean {
  return draft.lines.length === 1 && isLarge(draft, sizes);
}

function isShort(draft: Draft): boolean {
  const text = draft.lines.join(' ');
  if (draft.lines.length > MAX_HEADING_LINES || text.length > MAX_HEADING_CHARS) return false;
  return /\p{L}/u.test(text) && !/[다요]\.(?:\s|$)|[,;]$| … \d+$/u.test(text);
}

function levelOf(size: number, sizes: number[]): number {
  const at = sizes.findIndex((candidate) => size >= candidate * 0.96);
  return at === -1 ? sizes.length : at + 1;
}
