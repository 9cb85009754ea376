/** A rectangle on a page (from 1). The other fields are fractions of the page, measured from its top left corner. */
export type Box = { page: number; left: number; top: number; width: number; height: number };

/**
 * Where a part of a text lies: a line, or a piece of one. `start` and `end` are UTF-16 offsets into that text. Lines
 * are in the order of the text and do not overlap; white space between lines belongs to none.
 */
export type TextLine = { start: number; end: number; box: Box };

/** Differences below this share of a page do not show. */
const SAME = 0.004;

/**
 * The boxes that cover `[start, end)` of a text, in its order. Of a line that is covered in part, the box is the same
 * part of the line's box. Pieces of one line become one box, as do successive lines with the same left and right edge;
 * lines of two columns or pages never do.
 */
export function boxesOf(lines: readonly TextLine[], start: number, end: number): Box[] {
  const pieces: Box[] = [];
  for (const { box } of sliceLines(lines, start, end)) {
    const last = pieces.at(-1);
    if (last && continuesLine(last, box)) pieces[pieces.length - 1] = unite(last, box);
    else pieces.push(box);
  }
  const boxes: Box[] = [];
  for (const box of pieces) {
    const last = boxes.at(-1);
    if (last && continuesColumn(last, box)) boxes[boxes.length - 1] = unite(last, box);
    else boxes.push(box);
  }
  return boxes;
}

/** The lines of `text.slice(start, end)`, with offsets into that part. Lines at its ends are cut. */
export function sliceLines(lines: readonly TextLine[], start: number, end: number): TextLine[] {
  const slice: TextLine[] = [];
  for (const line of lines) {
    const from = Math.max(line.start, start);
    const to = Math.min(line.end, end);
    if (from < to) slice.push({ start: from - start, end: to - start, box: cutBox(line, from, to) });
  }
  return slice;
}

/** Text that runs up or down the page is not cut: the box does not tell in which direction it runs. */
function cutBox({ start, end, box }: TextLine, from: number, to: number): Box {
  if (from === start && to === end) return box;
  if (box.height > box.width * 2 && end - start > 2) return box;
  const perChar = box.width / (end - start);
  return { ...box, left: box.left + (from - start) * perChar, width: (to - from) * perChar };
}

function continuesLine(last: Box, box: Box): boolean {
  const overlap = Math.min(bottom(last), bottom(box)) - Math.max(last.top, box.top);
  const gap = box.left - right(last);
  return (
    last.page === box.page &&
    overlap > Math.min(last.height, box.height) / 2 &&
    gap > -SAME &&
    gap < Math.min(last.height, box.height)
  );
}

/** Whether a line lies below the last one, at most one line's height away, between the same edges. */
function continuesColumn(last: Box, box: Box): boolean {
  const gap = box.top - bottom(last);
  return (
    last.page === box.page &&
    gap > -box.height / 2 &&
    gap < box.height &&
    Math.abs(last.left - box.left) < SAME &&
    Math.abs(right(last) - right(box)) < SAME
  );
}

function unite(one: Box, other: Box): Box {
  const left = Math.min(one.left, other.left);
  const top = Math.min(one.top, other.top);
  const width = Math.max(right(one), right(other)) - left;
  const height = Math.max(bottom(one), bottom(other)) - top;
  return { page: one.page, left, top, width, height };
}

function right(box: Box): number {
  return box.left + box.width;
}

function bottom(box: Box): number {
  return box.top + box.height;
}

/** A line as it is stored: `[start, end, page, left, top, width, height]`, the fractions with 4 decimals. */
export type StoredLine = [number, number, number, number, number, number, number];

/** Makes lines short for storage: a tenth of a millimetre on A4 is kept. */
export function packLines(lines: readonly TextLine[]): StoredLine[] {
  return lines.map(({ start, end, box }) => [
    start,
    end,
    box.page,
    round(box.left),
    round(box.top),
    round(box.width),
    round(box.height),
  ]);
}

function round(fraction: number): number {
  return Math.round(fraction * 10_000) / 10_000;
}

/** Reverses `packLines`; null, as in rows from before lines were stored, has no lines. */
export function unpackLines(stored: readonly StoredLine[] | null): TextLine[] {
  return (stored ?? []).map(([start, end, page, left, top, width, height]) => ({
    start,
    end,
    box: { page, left, top, width, height },
  }));
}
