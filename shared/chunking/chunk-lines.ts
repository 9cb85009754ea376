import { sliceLines, type TextLine } from '#shared/core/box.ts';
import { lowerBound } from '#shared/core/lower-bound.ts';

/** The lines of all blocks, with offsets into the document's text. `gap` is the length of what joins two blocks. */
export function documentLines(
  blocks: readonly { text: string; lines?: TextLine[] }[],
  gap: number,
): TextLine[] {
  const lines: TextLine[] = [];
  let offset = 0;
  for (const block of blocks) {
    for (const { start, end, box } of block.lines ?? [])
      lines.push({ start: offset + start, end: offset + end, box });
    offset += block.text.length + gap;
  }
  return lines;
}

/** The lines of `[start, end)` of a text, with offsets from `start`. Finds them among those of a long text quickly. */
export function linesWithin(lines: readonly TextLine[], start: number, end: number): TextLine[] {
  const first = firstLineEndingAfter(lines, start);
  let last = first;
  while ((lines[last]?.start ?? end) < end) last += 1;
  return sliceLines(lines.slice(first, last), start, end);
}

/** The page of the text at an offset: of the line there, or of the next one; null without lines. */
export function pageAt(lines: readonly TextLine[], offset: number): number | null {
  return lines[firstLineEndingAfter(lines, offset)]?.box.page ?? null;
}

function firstLineEndingAfter(lines: readonly TextLine[], offset: number): number {
  return lowerBound(lines.length, (i) => (lines[i]?.end ?? 0) <= offset);
}
