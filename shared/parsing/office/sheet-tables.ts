import { lowerBound } from '#shared/core/lower-bound.ts';
import { assertTextSize, type Block } from '../document.ts';
import { labelCells } from '../text/csv.ts';
import type { Cell, Merge, SheetRow } from './sheet.ts';

/** Name of each column, by its number. */
type Header = Map<number, string>;

/**
 * The tables of a worksheet, divided by blank rows. Below a header every row becomes `name: value | name: value`, so
 * that a passage names its numbers; without a header, `value | value`. Rows of one cell above a table are its title
 * and notes. A cell merged over rows is repeated in each.
 * @throws DocumentError `document_too_large` when repeated names or cells exceed the text limit
 */
export function sheetBlocks(rows: SheetRow[], merges: Merge[]): Block[] {
  const sorted = rows.toSorted((a, b) => a.row - b.row);
  repeatMerged(sorted, merges);
  const wide = new Set(
    merges.filter(({ left, right }) => right > left).map(({ top, left }) => `${top}:${left}`),
  );
  const tables = new TableCollector((row, { column }) => wide.has(`${row.row}:${column}`));
  for (const region of splitAtBlankRows(sorted)) tables.add(region);
  return tables.blocks;
}

class TableCollector {
  readonly blocks: Block[] = [];
  readonly #isWide: (row: SheetRow, cell: Cell) => boolean;
  #header: Header | null = null;
  #chars = 0;

  constructor(isWide: (row: SheetRow, cell: Cell) => boolean) {
    this.#isWide = isWide;
  }

  /** Adds the blocks of one region: title, header, rows. */
  add(region: SheetRow[]): void {
    let at = 0;
    while (region[at]?.cells.length === 1) at += 1;
    const titles = region.slice(0, at).flatMap(({ cells }) => cells.map(({ text }) => text));
    this.#push(titles, 'paragraph');
    const rows = region.slice(at);
    if (rows.length === 0) return;
    const found = this.#findHeader(rows);
    if (found) this.#header = found.header;
    else if (at > 0 || !this.#fits(rows[0])) this.#header = null;
    const header = this.#header;
    this.#push(
      rows.slice(found?.height ?? 0).map((row) => this.#toLine(row, header)),
      'table',
    );
    // A header without rows is kept as text.
    if (found && rows.length === found.height) this.#push([[...found.header.values()].join(' | ')], 'table');
  }

  /** The header of a region: its first row, or two rows where the first names groups of columns. */
  #findHeader(rows: SheetRow[]): { header: Header; height: number } | null {
    const [first, second, third] = rows;
    if (!first || !second || !isHeader(first, second)) return null;
    // Where columns have names already, text above text continues the table.
    if (this.#header && this.#fits(first) && !differsInKind(first, second)) return null;
    const names: Header = new Map(first.cells.map(({ column, text }) => [column, text]));
    const isGrouped =
      first.cells.some((cell) => this.#isWide(first, cell)) &&
      second.cells.some(({ column }) => !names.has(column)) &&
      second.cells.every((cell) => isLabel(cell));
    if (!isGrouped || !third) return { header: names, height: 1 };
    return { header: new Map([...names, ...this.#nameGrouped(first, second)]), height: 2 };
  }

  /** The names in the second row of a header, each after the name of its group. */
  #nameGrouped(first: SheetRow, second: SheetRow): Header {
    const header: Header = new Map();
    for (const { column, text } of second.cells) {
      const above = first.cells.findLast((cell) => cell.column <= column);
      const isGroup = above && (above.column === column || this.#isWide(first, above));
      header.set(column, isGroup && above.text !== text ? `${above.text} ${text}` : text);
    }
    return header;
  }

  #fits(row: SheetRow | undefined): boolean {
    const header = this.#header;
    return Boolean(header && row?.cells.every(({ column }) => header.has(column)));
  }

  #toLine(row: SheetRow, header: Header | null): string {
    const texts = row.cells.map(({ text }) => text);
    const isBanner = row.cells.length === 1 && row.cells.some((cell) => this.#isWide(row, cell));
    if (!header || isBanner) return texts.join(' | ');
    const names = row.cells.map(({ column }) => header.get(column) ?? '');
    return texts.every((text, i) => text === names[i]) ? '' : labelCells(texts, names);
  }

  #push(lines: string[], kind: 'paragraph' | 'table'): void {
    const kept = lines.filter((line) => {
      this.#chars += line.length;
      assertTextSize(this.#chars);
      return line !== '';
    });
    if (kept.length > 0) this.blocks.push({ text: kept.join('\n'), kind, page: null });
  }
}

/** Whether a row names columns: it holds words, years and days, above a row of other kinds or styles. */
function isHeader(first: SheetRow, second: SheetRow): boolean {
  if (!first.cells.every((cell) => isLabel(cell)) || first.cells.every(({ kind }) => kind !== 'text'))
    return false;
  // Two columns of text in one style may be a form (`name | value`), whose first row is a row like the others.
  return differsInKind(first, second) || first.cells.length > 2 || !hasSameStyles(first, second);
}

function isLabel({ kind, text }: Cell): boolean {
  return kind !== 'number' || /^(19|20)\d\d$/u.test(text);
}

/** Whether a column has text above a number or a day. */
function differsInKind(first: SheetRow, second: SheetRow): boolean {
  const kinds = new Map(second.cells.map(({ column, kind }) => [column, kind]));
  return first.cells.some(({ column, kind }) => kind === 'text' && (kinds.get(column) ?? 'text') !== 'text');
}

function hasSameStyles(first: SheetRow, second: SheetRow): boolean {
  const styles = new Map(second.cells.map(({ column, style }) => [column, style]));
  return first.cells.every(({ column, style }) => (styles.get(column) ?? style) === style);
}

function splitAtBlankRows(rows: SheetRow[]): SheetRow[][] {
  const regions: SheetRow[][] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    if (row.row > last + 1) regions.push([]);
    if (row.cells.length > 0) regions.at(-1)?.push(row);
    last = row.row;
  }
  return regions;
}

/** Writes the value of cells merged over rows into each of these rows. */
function repeatMerged(rows: SheetRow[], merges: Merge[]): void {
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

/** Index of the first cell in a column or after it; cells are sorted by column. */
function firstCellFrom(cells: Cell[], column: number): number {
  return lowerBound(cells.length, (i) => (cells[i]?.column ?? 0) < column);
}
