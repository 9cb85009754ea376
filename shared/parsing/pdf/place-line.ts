import type { Box, TextLine } from '#shared/core/box.ts';
import type { PlacedText } from '../placed-text.ts';
import { measureAdvances } from './advances.ts';
import type { Segment } from './rows.ts';

/** A page (from 1) and its size in points, as a reader sees it: cropped and turned. */
export type PageFrame = { page: number; width: number; height: number };

/** How far letters reach above and below their baseline, in ems. */
const ASCENT = 0.88;
const DESCENT = 0.22;
/** The largest error, in ems, of a place that is derived from a piece's length. */
const TOLERANCE = 0.7;

/**
 * The text of a line with its place on the page. A line is one piece where its characters are equally wide on average;
 * otherwise (Latin words among Hangul, wide gaps) it is several, so that the place of any part follows from its share
 * of a piece.
 */
export function placeLine(line: Segment, frame: PageFrame): PlacedText {
  const xs = positionsOf(line) ?? linearPositions(line);
  const lines: TextLine[] = [];
  for (const [start, end] of divide(xs, TOLERANCE * line.size)) {
    const box = toBox({ ...line, x0: xs[start] ?? line.x0, x1: xs[end] ?? line.x1 }, frame);
    if (box) lines.push({ start, end, box });
  }
  return { text: line.text, lines };
}

/** The left edge of every character, and the right edge of the last; null when the text is no longer that of its runs. */
function positionsOf({ text, runs }: Segment): number[] | null {
  const xs: number[] = [];
  let right = 0;
  for (const run of runs) {
    // One space may stand between two runs.
    if (xs.length > 0 && !text.startsWith(run.text, xs.length)) xs.push(right);
    if (!text.startsWith(run.text, xs.length)) return null;
    const width = run.x1 - run.x0;
    for (const share of measureAdvances(run.text, width / run.size)) xs.push(run.x0 + share * width);
    right = run.x1;
  }
  xs.push(right);
  return xs.length === text.length + 1 ? xs : null;
}

function linearPositions({ text, x0, x1 }: Segment): number[] {
  return Array.from({ length: text.length + 1 }, (_, i) => x0 + ((x1 - x0) * i) / text.length);
}

/** Divides a line into few pieces, so that the positions of each lie on a straight line from its start to its end. */
function divide(xs: number[], tolerance: number): [number, number][] {
  const pieces: [number, number][] = [];
  let from = 0;
  while (from < xs.length - 1) {
    const to = findPieceEnd(xs, from, tolerance);
    pieces.push([from, to]);
    from = to;
  }
  return pieces;
}

/** The last end of a straight piece: its slope lies between the slopes that all positions before it allow. */
function findPieceEnd(xs: number[], from: number, tolerance: number): number {
  const start = xs[from] ?? 0;
  let lowest = Number.NEGATIVE_INFINITY;
  let highest = Number.POSITIVE_INFINITY;
  let end = from + 1;
  for (let i = from + 1; i < xs.length && lowest <= highest; i += 1) {
    const rise = (xs[i] ?? 0) - start;
    const slope = rise / (i - from);
    if (slope >= lowest && slope <= highest) end = i;
    lowest = Math.max(lowest, (rise - tolerance) / (i - from));
    highest = Math.min(highest, (rise + tolerance) / (i - from));
  }
  return end;
}

/** The rectangle of a piece of text on its page, turned back if the text was at right angles; null outside the page. */
function toBox({ x0, x1, y, size, runs }: Segment, { page, width, height }: PageFrame): Box | null {
  const text = { x0: Math.min(x0, x1), x1: Math.max(x0, x1), y0: y - ASCENT * size, y1: y + DESCENT * size };
  const turned = toPageFrame(text, runs[0]?.quarter ?? 0);
  const left = toFraction(turned.x0, width);
  const top = toFraction(turned.y0, height);
  const box = {
    page,
    left,
    top,
    width: toFraction(turned.x1, width) - left,
    height: toFraction(turned.y1, height) - top,
  };
  return box.width > 0 && box.height > 0 ? box : null;
}

type Area = { x0: number; x1: number; y0: number; y1: number };

/** Reverses `turnUpright` of page-text.ts. */
function toPageFrame({ x0, x1, y0, y1 }: Area, quarter: number): Area {
  if (quarter === 1) return { x0: -y1, x1: -y0, y0: x0, y1: x1 };
  if (quarter === 2) return { x0: -x1, x1: -x0, y0: -y1, y1: -y0 };
  if (quarter === 3) return { x0: y0, x1: y1, y0: -x1, y1: -x0 };
  return { x0, x1, y0, y1 };
}

function toFraction(points: number, size: number): number {
  return Math.min(1, Math.max(0, points / size));
}
