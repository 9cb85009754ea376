import { assertTextSize } from '../document.ts';
import { type CellFormat, plainNumber } from './cell-format.ts';
import type { XmlEvents } from './package.ts';

/** A cell with something in it. `kind` says what it holds, `style` how it looks: equal numbers look alike. */
export type Cell = { column: number; text: string; kind: 'text' | 'date' | 'number'; style: number };
/** Hidden rows have no cells; blank ones are not there at all. */
export type Row = { row: number; cells: Cell[] };
/** A merged range, both ends included, counted from 1. */
export type Merge = { top: number; left: number; bottom: number; right: number };

type Book = { strings: readonly string[]; formats: readonly CellFormat[] };
type OpenCell = { column: number; type: string; style: number; value: string; inline: string };

/** Joins that a cell costs in a row: it bounds the number of cells as well as their text. */
const CELL_CHARS = 3;
/** `ZZZ`, beyond the last column of any program. */
const MAX_COLUMNS = 18_278;

/**
 * Collects the cells of a worksheet from a stream of XML: shown rows and columns only, formulas by the value
 * that was last computed, errors (`#N/A`) as nothing.
 */
export class Sheet implements XmlEvents {
  readonly rows: Row[] = [];
  readonly merges: Merge[] = [];
  readonly #book: Book;
  readonly #hiddenColumns = new Uint8Array(MAX_COLUMNS + 1);
  #row: Row & { hidden: boolean } = { row: 0, cells: [], hidden: false };
  #column = 0;
  #cell: OpenCell | null = null;
  #inside: 'value' | 'inline' | null = null;
  #phonetic = false;
  #chars = 0;

  constructor(book: Book) {
    this.#book = book;
  }

  onOpenTag(name: string, attributes: Record<string, string>): void {
    if (name === 'c') this.#openCell(attributes);
    else if (name === 'v') this.#inside = 'value';
    else if (name === 't') this.#inside = this.#phonetic ? null : 'inline';
    else if (name === 'rPh') this.#phonetic = true;
    else if (name === 'row') this.#openRow(attributes);
    else if (name === 'col' && isTrue(attributes['hidden'])) {
      this.#hiddenColumns.fill(1, Number(attributes['min']), Number(attributes['max']) + 1);
    } else if (name === 'mergeCell') this.#merge(attributes['ref'] ?? '');
  }

  onText(text: string): void {
    if (this.#cell === null || this.#inside === null) return;
    if (this.#inside === 'value') this.#cell.value += text;
    else this.#cell.inline += text;
  }

  onCloseTag(name: string): void {
    if (name === 'v' || name === 't') this.#inside = null;
    else if (name === 'rPh') this.#phonetic = false;
    else if (name === 'c') this.#closeCell();
    else if (name === 'row' && (this.#row.cells.length > 0 || this.#row.hidden)) {
      this.rows.push({ row: this.#row.row, cells: this.#row.cells });
    }
  }

  #openRow({ r, hidden }: Record<string, string>): void {
    this.#row = { row: Number(r) || this.#row.row + 1, cells: [], hidden: isTrue(hidden) };
    this.#column = 0;
  }

  #openCell({ r, t, s }: Record<string, string>): void {
    this.#column = placeOf(r ?? '')?.column ?? this.#column + 1;
    this.#cell = { column: this.#column, type: t ?? 'n', style: Number(s) || 0, value: '', inline: '' };
  }

  #closeCell(): void {
    const cell = this.#cell;
    this.#cell = null;
    if (cell === null || this.#row.hidden) return;
    const { column, style } = cell;
    // Cells stand in order, one a column; what breaks that is no workbook's doing.
    if (this.#hiddenColumns[column] !== 0 || column <= (this.#row.cells.at(-1)?.column ?? 0)) return;
    const { text, kind } = this.#content(cell);
    const clean = text.replace(/\s+/gu, ' ').trim();
    if (clean === '') return;
    this.#chars += clean.length + CELL_CHARS;
    assertTextSize(this.#chars);
    this.#row.cells.push({ column, text: clean, kind, style });
  }

  #content({ type, value, inline, style }: OpenCell): Pick<Cell, 'text' | 'kind'> {
    if (type === 'e') return { text: '', kind: 'text' };
    if (type === 's') return { text: this.#book.strings[Number(value)] ?? '', kind: 'text' };
    if (type === 'inlineStr') return { text: unescapeText(inline), kind: 'text' };
    if (type === 'str') return { text: unescapeText(value), kind: 'text' };
    if (type === 'b') return { text: isTrue(value.trim()) ? 'TRUE' : 'FALSE', kind: 'number' };
    if (type === 'd') return { text: value.replace(/T00:00(:00(\.0+)?)?Z?$/u, ''), kind: 'date' };
    const number = Number(value);
    if (value.trim() === '' || Number.isNaN(number)) return { text: value, kind: 'text' };
    const format = this.#book.formats[style];
    if (format === undefined) return { text: plainNumber(number), kind: 'number' };
    return { text: format.show(number), kind: format.kind };
  }

  #merge(ref: string): void {
    const [first = '', last = ''] = ref.split(':');
    const from = placeOf(first);
    const to = placeOf(last);
    if (from === null || to === null) return;
    this.merges.push({ top: from.row, left: from.column, bottom: to.row, right: to.column });
  }
}

/** `_x000D_` and the like stand for characters that XML cannot hold. */
export function unescapeText(text: string): string {
  return text.replace(/_x([0-9a-f]{4})_/giu, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function isTrue(value: string | undefined): boolean {
  return value === '1' || value === 'true';
}

/** `BC12` → column 55, row 12. */
function placeOf(ref: string): { column: number; row: number } | null {
  const [, letters, digits] = /^\$?([A-Z]{1,3})\$?(\d{1,7})$/u.exec(ref) ?? [];
  if (letters === undefined || digits === undefined) return null;
  let column = 0;
  for (let i = 0; i < letters.length; i += 1) column = column * 26 + letters.charCodeAt(i) - 64;
  return { column, row: Number(digits) };
}
