import { lowerBound } from '#shared/core/lower-bound.ts';
import { assertTextSize, type Block } from '../document.ts';
import { describeRow } from '../text/csv.ts';
import type { Cell, Merge, Row } from './sheet.ts';

/** Names of columns. */
type Header = Map<number, string>;

/**
 * The tables of a worksheet, which blank rows divide. Under a row that names the columns, every row becomes
 * `name: value | name: value`, else `value | value`, so that a passage says what its numbers are. Lines of
 * one cell above a table are its title and notes. A cell merged over rows is repeated in each.
 */
export function sheetBlocks(rows: Row[], merges: Merge[]): Block[] {
  const sorted = rows.toSorted((a, b) => a.row - b.row);
  repeatMerged(sorted, merges);
  const wide = new Set(
    merges.filter(({ left, right }) => right > left).map(({ top, left }) => `${top}:${left}`),
  );
  const tables = new Tables((row, { column }) => wide.has(`${row.row}:${column}`));
  for (const region of regionsOf(sorted)) tables.add(region);
  return tables.blocks;
}

class Tables {
  readonly blocks: Block[] = [];
  readonly #isWide: (row: Row, cell: Cell) => boolean;
  #header: Header | null = null;
  #chars = 0;

  constructor(isWide: (row: Row, cell: Cell) => boolean) {
    this.#isWide = isWide;
  }

  /** Reads one region: its title, its header, its rows. */
  add(region: Row[]): void {
    let at = 0;
    while (region[at]?.cells.length === 1) at += 1;
    const titles = region.slice(0, at).flatMap(({ cells }) => cells.map(({ text }) => text));
    this.#push(titles, 'paragraph');
    const rows = region.slice(at);
    if (rows.length === 0) return;
    const found = this.#headerOf(rows);
    if (found !== null) this.#header = found.header;
    else if (at > 0 || !this.#fits(rows[0])) this.#header = null;
    const header = this.#header;
    this.#push(
      rows.slice(found?.height ?? 0).map((row) => this.#line(row, header)),
      'table',
    );
    // A header without rows of its own is all that there is.
    if (found !== null && rows.length === found.height)
      this.#push([[...found.header.values()].join(' | ')], 'table');
  }

  /** The header at the top of a region: one row, or two where names stand over groups of columns. */
  #headerOf(rows: Row[]): { header: Header; height: number } | null {
    const [first, second, third] = rows;
    if (first === undefined || second === undefined || !isHeader(first, second)) return null;
    // Text under text, where columns have names already, is more of the same.
    if (this.#header !== null && this.#fits(first) && !differs(first, second)) return null;
    const names: Header = new Map(first.cells.map(({ column, text }) => [column, text]));
    const isGrouped =
      first.cells.some((cell) => this.#isWide(first, cell)) &&
      second.cells.some(({ column }) => !names.has(column)) &&
      second.cells.every((cell) => isLabel(cell));
    if (!isGrouped || third === undefined) {
      return { header: names, height: 1 };
    }
    return { header: new Map([...names, ...this.#under(first, second)]), height: 2 };
  }

  /** Names of the second row of a header, each led by that of its group. */
  #under(first: Row, second: Row): Header {
    const header: Header = new Map();
    for (const { column, text } of second.cells) {
      const above = first.cells.findLast((cell) => cell.column <= column);
      const isGroup = above !== undefined && (above.column === column || this.#isWide(first, above));
      header.set(column, isGroup && above.text !== text ? `${above.text} ${text}` : text);
    }
    return header;
  }

  #fits(row: Row | undefined): boolean {
    const header = this.#header;
    return header !== null && row !== undefined && row.cells.every(({ column }) => header.has(column));
  }

  #line(row: Row, header: Header | null): string {
    const texts = row.cells.map(({ text }) => text);
    const isBanner = row.cells.length === 1 && row.cells.some((cell) => this.#isWide(row, cell));
    if (header === null || isBanner) return texts.join(' | ');
    const names = row.cells.map(({ column }) => header.get(column) ?? '');
    return texts.every((text, i) => text === names[i]) ? '' : describeRow(texts, names);
  }

  /** Throws `document_too_large` when the columns' names, repeated, make too much text. */
  #push(lines: string[], kind: 'paragraph' | 'table'): void {
    const kept = lines.filter((line) => {
      this.#chars += line.length;
      assertTextSize(this.#chars);
      return line !== '';
    });
    if (kept.length > 0) this.blocks.push({ text: kept.join('\n'), kind, page: null });
  }
}

/** Names of columns: words, years and days, over a row that is something else or looks otherwise. */
function isHeader(first: Row, second: Row): boolean {
  if (!first.cells.every((cell) => isLabel(cell)) || first.cells.every(({ kind }) => kind !== 'text'))
    return false;
  // Two columns of text alike may be a form, `name | value`, whose first row is as good as the others.
  return differs(first, second) || first.cells.length > 2 || !looksAlike(first, second);
}

function isLabel({ kind, text }: Cell): boolean {
  return kind !== 'number' || /^(19|20)\d\d$/u.test(text);
}

/** Whether some column has text above a number or a day. */
function differs(first: Row, second: Row): boolean {
  const kinds = new Map(second.cells.map(({ column, kind }) => [column, kind]));
  return first.cells.some(({ column, kind }) => kind === 'text' && (kinds.get(column) ?? 'text') !== 'text');
}

function looksAlike(first: Row, second: Row): boolean {
  const styles = new Map(second.cells.map(({ column, style }) => [column, style]));
  return first.cells.every(({ column, style }) => (styles.get(column) ?? style) === style);
}

function regionsOf(rows: Row[]): Row[][] {
  const regions: Row[][] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    if (row.row > last + 1) regions.push([]);
    if (row.cells.length > 0) regions.at(-1)?.push(row);
    last = row.row;
  }
  return regions;
}

/** Writes the value of cells merged over rows into each row; throws where that makes too much text. */
function repeatMerged(rows: Row[], merges: Merge[]): void {
  const indexes = new Map(rows.map(({ row }, i) => [row, i]));
  let chars = 0;
  const tall = merges.filter(({ top, bottom }) => bottom > top);
  for (const { top, left, bottom } of new Map(
    tall.map((merge) => [`${merge.top}:${merge.left}`, merge]),
  ).values()) {
    const from = indexes.get(top) ?? rows.length;
    const cells = rows[from]?.cells ?? [];
    const source = cells[firstCellFrom(cells, left)];
    if (source?.column !== left) continue;
    for (let i = from + 1; (rows[i]?.row ?? Number.POSITIVE_INFINITY) <= bottom; i += 1) {
      chars += source.text.length;
      assertTextSize(chars);
      const below = rows[i]?.cells ?? [];
      if (below.length === 0) continue;
      const at = firstCellFrom(below, left);
      if (below[at]?.column !== left) below.splice(at, 0, source);
    }
  }
}

/** Index of the first cell in a column or behind it; cells are sorted by column. */
function firstCellFrom(cells: Cell[], column: number): number {
  return lowerBound(cells.length, (i) => (cells[i]?.column ?? 0) < column);
}
