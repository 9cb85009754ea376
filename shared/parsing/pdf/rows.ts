import type { Run } from './page-text.ts';

/** Adjacent runs of one line: a line of a column, or of a table cell. `runs` are in the order of `text`. */
export type Segment = { text: string; x0: number; x1: number; y: number; size: number; runs: Run[] };

/** The segments on one baseline, left to right. */
export type Row = Segment[];

/** Wider gaps (in ems) divide cells or columns; spaces of justified text are narrower. */
const CELL_GAP = 0.95;
const WORD_GAP = 0.18;
/** The gaps between the words of a stretched line are equal (in ems), and not wider than this. */
const SAME_GAP = 0.12;
const MAX_WORD_GAP = 2.5;
/** Fewer words could be cells that happen to have equal gaps. */
const MIN_WORDS = 4;
/** Runs are sorted by height, so that a run can belong only to the last few lines. */
const NEAR_LINES = 4;

/** Groups the runs of a page into rows, top to bottom, and inserts spaces where the page has gaps. */
export function rowsOf(runs: Run[]): Row[] {
  return groupByBaseline(runs).map((line) => segmentsOf(line));
}

/** Groups runs whose heights overlap by half, so that superscripts stay with their word. */
function groupByBaseline(runs: Run[]): Run[][] {
  const lines: { main: Run; runs: Run[] }[] = [];
  for (const run of [...runs].sort((a, b) => a.y - b.y || a.x0 - b.x0)) {
    const line = lines.slice(-NEAR_LINES).findLast((candidate) => sharesLine(candidate.main, run));
    if (line) {
      line.runs.push(run);
      if (run.size > line.main.size) line.main = run;
    } else lines.push({ main: run, runs: [run] });
  }
  return lines.sort((a, b) => a.main.y - b.main.y).map((line) => line.runs);
}

function sharesLine(main: Run, run: Run): boolean {
  const top = Math.max(main.y - main.size * 0.8, run.y - run.size * 0.8);
  const bottom = Math.min(main.y + main.size * 0.2, run.y + run.size * 0.2);
  return bottom - top > Math.min(main.size, run.size) * 0.5;
}

function segmentsOf(runs: Run[]): Row {
  const row: Row = [];
  let previous: Run | undefined;
  for (const run of runs.sort((a, b) => a.x0 - b.x0)) {
    const open = row.at(-1);
    const gap = open ? run.x0 - open.x1 : 0;
    const size = Math.max(run.size, previous?.size ?? 0);
    if (!open || gap > size * CELL_GAP) {
      row.push({ text: run.text, x0: run.x0, x1: run.x1, y: run.y, size: run.size, runs: [run] });
    } else {
      const space = run.spaced || gap > size * WORD_GAP ? ' ' : '';
      open.text += space + run.text;
      open.runs.push(run);
      open.x1 = Math.max(open.x1, run.x1);
      if (run.size > open.size) Object.assign(open, { size: run.size, y: run.y });
    }
    previous = run;
  }
  return joinStretched(row);
}

/**
 * Joins the words of justified lines, whose gaps can be as wide as those between cells: words of different widths with
 * equal gaps. Cells below each other start or end at the same place, so that their gaps differ where their widths do.
 */
function joinStretched(row: Row): Row {
  const joined: Row = [];
  for (const words of splitAtOtherGaps(row)) {
    const widths = words.map(({ x0, x1 }) => x1 - x0);
    const size = Math.max(...words.map((word) => word.size));
    const isText = words.length >= MIN_WORDS && Math.max(...widths) - Math.min(...widths) > size / 2;
    const line = isText ? mergeRow(words) : null;
    joined.push(...(line ? [line] : words));
  }
  return joined;
}

/** Parts of a row within which all gaps are equal. */
function splitAtOtherGaps(row: Row): Row[] {
  const parts: Row[] = [];
  for (const [i, segment] of row.entries()) {
    const part = parts.at(-1);
    const gap = gapBefore(row, i);
    const isSame =
      part !== undefined &&
      gap <= segment.size * MAX_WORD_GAP &&
      (part.length === 1 || Math.abs(gap - gapBefore(row, i - 1)) < segment.size * SAME_GAP);
    if (isSame) part.push(segment);
    else parts.push([segment]);
  }
  return parts;
}

function gapBefore(row: Row, at: number): number {
  return (row[at]?.x0 ?? 0) - (row[at - 1]?.x1 ?? 0);
}

/** The segments of a row as one line of text, for rows that are not table cells. */
export function mergeRow(row: Row): Segment | null {
  const [first] = row;
  if (!first) return null;
  const size = Math.max(...row.map((segment) => segment.size));
  const text = row.map((segment) => segment.text).join(' ');
  const runs = row.flatMap((segment) => segment.runs);
  return { text, x0: first.x0, x1: row.at(-1)?.x1 ?? first.x1, y: first.y, size, runs };
}
