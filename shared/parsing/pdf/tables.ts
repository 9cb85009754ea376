import type { LineStyle } from '../join-lines.ts';
import { concatPlaced, joinPlaced, type PlacedText } from '../placed-text.ts';
import { type PageFrame, placeLine } from './place-line.ts';
import type { Row, Segment } from './rows.ts';

/** Number of rows above from which the columns of a table are derived. */
const LOOK_BACK = 20;

type Column = { x0: number; x1: number };
type Cells = { y: number; size: number; cells: Map<number, Segment[]> };

/** A table on a page. `taken` is the number of page rows that its rows cover. */
export type FoundTable = { rows: PlacedText[]; taken: number };

type TableContext = { style: LineStyle; frame: PageFrame };

/**
 * The table that starts at `rows[at]`, or null. A table consists of rows of several segments with aligned columns;
 * lines of wrapped cells are joined with their row.
 */
export function findTable(rows: Row[], at: number, { style, frame }: TableContext): FoundTable | null {
  if ((rows[at]?.length ?? 0) < 2) return null;
  let end = at + 1;
  let lastFull = at + 1;
  while (end < rows.length && belongsToTable(rows, at, end)) {
    end += 1;
    if ((rows[end - 1]?.length ?? 0) > 1) lastFull = end;
  }
  // After the last row of several cells, at most one line of a wrapped cell belongs to the table.
  const tail = rows[lastFull];
  const taken = lastFull - at + (lastFull < end && tail && isWrapped(rows, lastFull) ? 1 : 0);
  const table = rows.slice(at, at + taken);
  const columns = columnsOf(table);
  if (table.filter((row) => row.length > 1).length < 2 || columns.length < 2) return null;
  const joined = joinWrappedRows(table, columns).map(({ cells }) => {
    const placed = columns.map((_, i) => (cells.get(i) ?? []).map((segment) => placeLine(segment, frame)));
    const texts = placed.map((lines) => joinPlaced(lines, style));
    return concatPlaced(texts, ' | ');
  });
  return { rows: joined, taken };
}

function belongsToTable(rows: Row[], at: number, end: number): boolean {
  const row = rows[end] ?? [];
  const columns = columnsOf(rows.slice(Math.max(at, end - LOOK_BACK), end));
  if (distance(rows, end) > 4) return false;
  const fits = row.every((segment) => columns.filter((column) => overlaps(column, segment)).length <= 1);
  if (row.length > 1)
    return fits && row.filter((s) => columns.some((column) => overlaps(column, s))).length > 1;
  return fits && distance(rows, end) < 2.6 && isWrapped(rows, end);
}

/** Whether a row continues a cell: its only segment lies in one column, and not in the first. */
function isWrapped(rows: Row[], at: number): boolean {
  const [segment] = rows[at] ?? [];
  const columns = columnsOf(rows.slice(Math.max(0, at - LOOK_BACK), at));
  if (!segment || rows[at]?.length !== 1 || distance(rows, at) > 2.2) return false;
  const hits = columns.map((column) => overlaps(column, segment));
  return hits.filter(Boolean).length === 1 && columns.length > 1 && hits[0] !== true;
}

/** Distance between a row and the one above it, in ems. */
function distance(rows: Row[], at: number): number {
  const above = rows[at - 1]?.[0];
  const here = rows[at]?.[0];
  if (!above || !here) return Number.POSITIVE_INFINITY;
  return (here.y - above.y) / Math.max(above.size, here.size);
}

/** Extents of the columns: segments that overlap horizontally are one column. */
function columnsOf(rows: Row[]): Column[] {
  const columns: Column[] = [];
  const segments = rows.filter((row) => row.length > 1).flat();
  for (const { x0, x1 } of [...segments].sort((a, b) => a.x0 - b.x0)) {
    const last = columns.at(-1);
    if (last && x0 < last.x1) last.x1 = Math.max(last.x1, x1);
    else columns.push({ x0, x1 });
  }
  return columns;
}

function overlaps(column: Column, segment: Segment): boolean {
  return segment.x0 < column.x1 && segment.x1 > column.x0;
}

/**
 * Joins the lines of wrapped cells. Where rows are further apart than the lines within them, the distance decides;
 * otherwise a line without a first cell belongs to the nearer row.
 */
function joinWrappedRows(rows: Row[], columns: Column[]): Cells[] {
  const lines = rows.map((row) => cellsOf(row, columns));
  const limit = findLineGapLimit(lines);
  const out: Cells[] = [];
  let pending: Cells[] = [];
  for (const [i, line] of lines.entries()) {
    const last = out.at(-1);
    const place = line.cells.size < columns.length ? chooseRow(lines, i, limit) : 'row';
    if (place === 'above' && last && pending.length === 0) append(last, line);
    else if (place === 'below') pending.push(line);
    else {
      const row: Cells = { ...line, cells: new Map() };
      for (const part of [...pending, line]) append(row, part);
      pending = [];
      out.push(row);
    }
  }
  return [...out, ...pending];
}

/** The row to which a line with missing cells belongs: the one above, the one below, or a row of its own. */
function chooseRow(lines: Cells[], i: number, limit: number | null): 'above' | 'below' | 'row' {
  const y = lines[i]?.y ?? 0;
  const above = y - (lines[i - 1]?.y ?? Number.NEGATIVE_INFINITY);
  const below = (lines[i + 1]?.y ?? Number.POSITIVE_INFINITY) - y;
  if (limit !== null && above < limit) return 'above';
  if (lines[i]?.cells.has(0) === true) return 'row';
  return above <= below ? 'above' : 'below';
}

function cellsOf(row: Row, columns: Column[]): Cells {
  const cells = new Map<number, Segment[]>();
  for (const segment of row) {
    const found = columns.findIndex((column) => overlaps(column, segment));
    const column = found === -1 ? 0 : found;
    cells.set(column, [...(cells.get(column) ?? []), segment]);
  }
  return { y: row[0]?.y ?? 0, size: row[0]?.size ?? 1, cells };
}

function append(row: Cells, line: Cells): void {
  for (const [column, segments] of line.cells)
    row.cells.set(column, [...(row.cells.get(column) ?? []), ...segments]);
}

/**
 * The largest gap between lines of one cell: the middle of the largest jump in the sorted gaps. Null without a jump of
 * 25 %, or when the limit is over 2.4 ems.
 */
function findLineGapLimit(lines: Cells[]): number | null {
  const gaps = lines
    .slice(1)
    .map((line, i) => line.y - (lines[i]?.y ?? 0))
    .sort((a, b) => a - b);
  let limit: number | null = null;
  let jump = 1.25;
  for (let i = 1; i < gaps.length; i += 1) {
    const ratio = (gaps[i] ?? 0) / Math.max(gaps[i - 1] ?? 0, 0.1);
    if (ratio <= jump) continue;
    jump = ratio;
    limit = ((gaps[i] ?? 0) + (gaps[i - 1] ?? 0)) / 2;
  }
  const size = lines[0]?.size ?? 10;
  return limit !== null && limit < size * 2.4 ? limit : null;
}
