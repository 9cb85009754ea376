import type { Row, Segment } from './rows.ts';

/** Fewer lines side by side are a table or a letterhead, not columns of prose. */
const MIN_LINES = 5;
const MAX_DEPTH = 2;

/**
 * Cuts the rows of a page into regions, in reading order. Lines across the page divide it into bands; in each band the
 * columns of prose are read from left to right. A page without columns is one region. Tables are not cut: their cells
 * are short, while a line of prose fills its column.
 */
export function splitIntoRegions(rows: Row[], depth = 0): Row[][] {
  const gutter = depth < MAX_DEPTH ? findGutter(rows.flat()) : null;
  if (gutter === null) return rows.length === 0 ? [] : [rows];
  const regions: Row[][] = [];
  let left: Row[] = [];
  let right: Row[] = [];
  const closeBand = () => {
    regions.push(...splitIntoRegions(left, depth + 1), ...splitIntoRegions(right, depth + 1));
    left = [];
    right = [];
  };
  for (const row of rows) {
    if (row.some((segment) => segment.x0 < gutter && segment.x1 > gutter)) {
      closeBand();
      regions.push([row]);
      continue;
    }
    const onLeft = row.filter((segment) => segment.x1 <= gutter);
    const onRight = row.filter((segment) => segment.x0 >= gutter);
    if (onLeft.length > 0) left.push(onLeft);
    if (onRight.length > 0) right.push(onRight);
  }
  closeBand();
  return mergeNeighbours(regions);
}

/** Joins successive lines across the page into one region; otherwise each would be a paragraph. */
function mergeNeighbours(regions: Row[][]): Row[][] {
  const merged: Row[][] = [];
  for (const region of regions) {
    const last = merged.at(-1);
    if (last && region.length === 1 && last.every((row) => isEquallyWide(row, region[0] ?? []))) {
      last.push(...region);
    } else merged.push([...region]);
  }
  return merged;
}

function width(row: Row): number {
  return (row.at(-1)?.x1 ?? 0) - (row[0]?.x0 ?? 0);
}

function isEquallyWide(row: Row, other: Row): boolean {
  return Math.min(width(row), width(other)) > Math.max(width(row), width(other)) * 0.6;
}

/** The x of the best vertical gap in the middle half of the page with prose on both sides, or null. */
function findGutter(segments: Segment[]): number | null {
  if (segments.length < 2 * MIN_LINES) return null;
  const left = Math.min(...segments.map((segment) => segment.x0));
  const right = Math.max(...segments.map((segment) => segment.x1));
  const candidates = segments
    .filter(
      (segment) => segment.x0 > left + (right - left) * 0.25 && segment.x0 < left + (right - left) * 0.75,
    )
    .map((segment) => Math.round(segment.x0 - segment.size * 0.4));
  let best: { x: number; score: number } | null = null;
  for (const x of new Set(candidates)) {
    const score = scoreGutter(segments, x, { left, right });
    if (score > (best?.score ?? 0)) best = { x, score };
  }
  return best?.x ?? null;
}

function scoreGutter(segments: Segment[], x: number, page: { left: number; right: number }): number {
  const leftSide = segments.filter((segment) => segment.x1 <= x);
  const rightSide = segments.filter((segment) => segment.x0 >= x);
  const crossing = segments.length - leftSide.length - rightSide.length;
  const fewer = Math.min(leftSide.length, rightSide.length);
  if (fewer < MIN_LINES || crossing > fewer) return 0;
  const shared = Math.min(bottom(leftSide), bottom(rightSide)) - Math.max(top(leftSide), top(rightSide));
  if (shared < 3 * (leftSide[0]?.size ?? 10)) return 0;
  if (!isProse(leftSide, x - page.left) || !isProse(rightSide, page.right - x)) return 0;
  return fewer - crossing / 2;
}

function top(segments: Segment[]): number {
  return Math.min(...segments.map((segment) => segment.y));
}

function bottom(segments: Segment[]): number {
  return Math.max(...segments.map((segment) => segment.y));
}

/** Whether at least half of the lines fill 60 % of the column and are longer than the text of a cell. */
function isProse(segments: Segment[], columnWidth: number): boolean {
  const full = segments.filter(
    (segment) => segment.x1 - segment.x0 > columnWidth * 0.6 && segment.text.length >= 12,
  );
  return full.length >= segments.length / 2;
}
