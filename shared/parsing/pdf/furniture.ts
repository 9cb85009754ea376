import type { Run } from './page-text.ts';
import { mergeRow, type Row, rowsOf } from './rows.ts';

type Edge = {
  key: string;
  y: number;
  size: number;
  page: number;
  /** A number at the start or end of the row, minus the page's index. Equal on all pages, it is the page number. */
  numbering: number | null;
};

/** Running headers and footers lie in this share of the height at an edge, … */
const ZONE = 0.13;
/** … and more than this distance from the body, in ems. */
const MIN_GAP = 1.7;
const MAX_ROWS = 3;
/** "- 3 -", "3 / 12", "Page 3 of 12", "3쪽", "iv". */
const PAGE_NUMBER =
  /^[-–—|\s]*(?:page|p\.|페이지|쪽)?\s*(?:\d{1,4}|[ivxl]{1,6})\s*(?:쪽|페이지)?(?:\s*(?:\/|of|중)\s*\d{1,4}\s*(?:쪽|페이지)?)?[-–—|\s]*$/iu;

/**
 * Removes page furniture (running headers, running footers, page numbers) from the runs of pages:
 * - rows at the edge of a page that recur on other pages, regardless of digits;
 * - rows at the edge that contain the page number, such as headers with the chapter's name;
 * - rows that consist of a page number.
 */
export function removeFurniture(pages: { runs: Run[]; height: number }[]): Run[][] {
  const edges = pages.flatMap(({ runs, height }, page) => edgeRows(rowsOf(runs), height, page));
  const pagesByKey = Map.groupBy(edges, (edge) => edge.key);
  const byNumbering = Map.groupBy(edges, (edge) => `${edge.key[0]}${edge.numbering}`);
  const dropped = edges.filter((edge) => {
    if (PAGE_NUMBER.test(edge.key.slice(1))) return true;
    const carriers =
      edge.numbering === null ? [] : (byNumbering.get(`${edge.key[0]}${edge.numbering}`) ?? []);
    if (pageCount(carriers) >= 4) return true;
    const count = pageCount(pagesByKey.get(edge.key) ?? []);
    return count >= 3 || (count === 2 && pages.length <= 4);
  });
  const droppedByPage = Map.groupBy(dropped, (edge) => edge.page);
  return pages.map(({ runs }, page) => {
    const gone = droppedByPage.get(page) ?? [];
    return runs.filter((run) => !gone.some((edge) => Math.abs(edge.y - run.y) < edge.size * 0.5));
  });
}

function pageCount(edges: Edge[]): number {
  return new Set(edges.map((edge) => edge.page)).size;
}

function edgeRows(rows: Row[], height: number, page: number): Edge[] {
  const above = edgeGroup(rows, (y) => y < height * ZONE);
  const below = edgeGroup(rows.toReversed(), (y) => y > height * (1 - ZONE));
  return [...above.map((row) => toEdge(row, 't', page)), ...below.map((row) => toEdge(row, 'b', page))];
}

/** The rows between an edge of the page and the first large gap, if they are at most three and all in the zone. */
function edgeGroup(rows: Row[], inZone: (y: number) => boolean): Row[] {
  for (let count = 1; count <= Math.min(MAX_ROWS, rows.length); count += 1) {
    const last = rows[count - 1]?.[0];
    const next = rows[count]?.[0];
    if (!last || !inZone(last.y)) return [];
    const gap = next ? Math.abs(next.y - last.y) : Number.POSITIVE_INFINITY;
    if (gap > Math.max(last.size, next?.size ?? 0) * MIN_GAP) return rows.slice(0, count);
  }
  return [];
}

function toEdge(row: Row, side: 't' | 'b', page: number): Edge {
  const line = mergeRow(row);
  const text = line?.text ?? '';
  const key = PAGE_NUMBER.test(text) ? text : text.replace(/\d+/gu, '#').replace(/\s+/gu, '').toLowerCase();
  const number = /^(\d{1,4})\s|\s(\d{1,4})$/u.exec(text);
  const numbering = number ? Number(number[1] ?? number[2]) - page : null;
  return { key: side + key, y: line?.y ?? 0, size: line?.size ?? 0, page, numbering };
}
