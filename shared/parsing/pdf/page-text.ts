import type { PDFPageProxy } from './pdfjs-types.ts';

/**
 * A piece of text that the page draws on one line. In points; `y` runs downwards from the top of the page. Text at right
 * angles has the coordinates of the page turned by `quarter`.
 */
export type Run = {
  text: string;
  x0: number;
  x1: number;
  /** Of the baseline. */
  y: number;
  /** Font size in points. */
  size: number;
  /** Whether the page draws a space before this run. */
  spaced: boolean;
  /** Quarter turns of the text, clockwise on the page. */
  quarter: number;
  /** Marked-content id, the run's link to the structure tree of a tagged PDF. */
  mark: string | null;
};

/** `directions` has one list of runs per reading direction, the direction of most text first. */
export type PageText = { directions: Run[][]; width: number; height: number };

/** `mark` of runs that a tagged PDF excludes from its content: running headers, page numbers, ornaments. */
export const ARTIFACT = 'artifact';

/**
 * Some fonts map several codes to one glyph (NanumGothic: U+0001 and U+0020). Chromium and others then write a control
 * character instead of a space.
 */
const UNMAPPED_SPACE = /\p{Cc}/gu;

/**
 * The text of one page, in drawing order. Leaves out text outside the page, slanted text (watermarks), and the copies
 * by which programs imitate bold type or shadows. Text at right angles is turned upright.
 */
export async function readPageText(page: PDFPageProxy): Promise<PageText> {
  const view = page.getViewport({ scale: 1 });
  const content = await page.getTextContent({ includeMarkedContent: true });
  const placed: Run[] = [];
  const marks: (string | null)[] = [];
  let spaced = false;
  for (const item of content.items) {
    if (!('str' in item)) {
      if (item.type === 'endMarkedContent') marks.pop();
      else
        marks.push('tag' in item && item.tag === 'Artifact' ? ARTIFACT : (item.id ?? marks.at(-1) ?? null));
      continue;
    }
    const str = item.str.replace(UNMAPPED_SPACE, ' ');
    if (str.trim() === '') {
      spaced ||= str !== '';
      continue;
    }
    const run = toRun({ ...item, str }, view.transform, marks.at(-1) ?? null);
    if (!run || !isOnPage(run, view)) continue;
    placed.push({ ...run, spaced: spaced || /^\s/u.test(str) });
    spaced = /\s$/u.test(str);
  }
  return { directions: groupByDirection(removeCopies(placed)), width: view.width, height: view.height };
}

type TextItem = { str: string; transform: number[]; width: number };

/** An item in device coordinates; null when it is slanted by more than 5 degrees. */
function toRun(item: TextItem, view: number[], mark: string | null): Run | null {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = view;
  const [ia = 1, ib = 0, ic = 0, id = 1, ie = 0, ig = 0] = item.transform;
  const dx = a * ia + c * ib;
  const dy = b * ia + d * ib;
  const angle = (Math.atan2(dy, dx) * 180) / Math.PI;
  const quarter = Math.round(angle / 90);
  if (Math.abs(angle - quarter * 90) > 5) return null;
  const size = Math.hypot(a * ic + c * id, b * ic + d * id);
  const x = a * ie + c * ig + e;
  const y = b * ie + d * ig + f;
  const leading = item.str.length - item.str.trimStart().length;
  const indent = (item.width * leading) / item.str.length;
  return {
    text: item.str.trim(),
    x0: x + indent,
    x1: x + item.width,
    y,
    size: size === 0 ? 1 : size,
    spaced: false,
    mark,
    quarter: (quarter + 4) % 4,
  };
}

function isOnPage(run: Run, view: { width: number; height: number }): boolean {
  return run.x0 > -run.size && run.x0 < view.width && run.y > 0 && run.y < view.height + run.size;
}

/** Removes a run at less than a third of a letter from another one with the same text. */
function removeCopies(runs: Run[]): Run[] {
  const seen = new Map<string, Run[]>();
  return runs.filter((run) => {
    const same = seen.get(run.text) ?? [];
    seen.set(run.text, [...same.slice(-3), run]);
    const reach = run.size * 0.3;
    return !same.some((other) => Math.abs(other.x0 - run.x0) < reach && Math.abs(other.y - run.y) < reach);
  });
}

function groupByDirection(runs: Run[]): Run[][] {
  const groups = Map.groupBy(runs, (run) => run.quarter);
  return [...groups.values()]
    .map((group) => group.map((run) => turnUpright(run)))
    .sort((one, other) => countChars(other) - countChars(one));
}

/** Number of UTF-16 units in the text of runs. */
export function countChars(runs: Run[]): number {
  return runs.reduce((sum, run) => sum + run.text.length, 0);
}

/** Turns text at right angles upright. `toPageFrame` in place-line.ts turns it back. */
function turnUpright(run: Run): Run {
  const width = run.x1 - run.x0;
  const { quarter } = run;
  if (quarter === 0) return run;
  if (quarter === 1) return { ...run, x0: run.y, x1: run.y + width, y: -run.x0 };
  if (quarter === 2) return { ...run, x0: -run.x0, x1: -run.x0 + width, y: -run.y };
  return { ...run, x0: -run.y, x1: -run.y + width, y: run.x0 };
}
