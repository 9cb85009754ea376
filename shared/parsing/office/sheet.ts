import { assertTextSize } from '../document.ts';
import { type CellFormat, plainNumber } from './cell-format.ts';
import type { XmlEvents } from './package.ts';

/** A cell that is not empty. `column` counts from 1; `style` is the index of its style. */
export type Cell = { column: number; text: string; kind: 'text' | 'date' | 'number'; style: number };
/** `row` counts from 1. A hidden row has no cells; blank rows are left out. */
export type SheetRow = { row: number; cells: Cell[] };
/** A merged range, inclusive, counted from 1. */
export type Merge = { top: number; left: number; bottom: number; right: number };

type StyleTables = { strings: readonly string[]; formats: readonly CellFormat[] };
type OpenCell = { column: number; type: string; style: number; value: string; inline: string };

/** Counted for each cell in addition to its text, so that the text limit also limits the number of cells. */
const CELL_CHARS = 3;
/** Column `ZZZ`; Excel ends at `XFD`. */
const MAX_COLUMNS = 18_278;

/**
 * Collects the visible cells of a worksheet from a stream of XML. Formulas give the value that Excel last computed;
 * errors (`#N/A`) give no cell.
 */
export class Sheet implements XmlEvents {
  readonly rows: SheetRow[] = [];
  readonly merges: Merge[] = [];
  readonly #tables: StyleTables;
  readonly #hiddenColumns = new Uint8Array(MAX_COLUMNS + 1);
  #row: SheetRow & { hidden: boolean } = { row: 0, cells: [], hidden: false };
  #column = 0;
  #cell: OpenCell | null = null;
  #inside: 'value' | 'inline' | null = null;
  #phonetic = false;
  #chars = 0;

  constructor(tables: StyleTables) {
    this.#tables = tables;
  }

  onOpenTag(name: string, attributes: Record<string, string>): void {
    if (name === 'c') this.#openCell(attributes);
    else if (name === 'v') this.#inside = 'value';
    else if (name === 't') this.#inside = this.#phonetic ? null : 'inline';
    else if (name === 'rPh') this.#phonetic = true;
    else if (name === 'row') this.#openRow(attributes);
    else if (name === 'col' && isTrue(attributes['hidden'])) {
      this.#hiddenColumns.fill(1, Number(attributes['min']), Number(attributes['max']) + 1);
    } else if (name === 'mergeCell') this.#readMerge(attributes['ref'] ?? '');
  }

  onText(text: string): void {
    if (!this.#cell || !this.#inside) return;
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
    this.#column = parseCellRef(r ?? '')?.column ?? this.#column + 1;
    this.#cell = { column: this.#column, type: t ?? 'n', style: Number(s) || 0, value: '', inline: '' };
  }

  #closeCell(): void {
    const cell = this.#cell;
    this.#cell = null;
    if (!cell || this.#row.hidden) return;
    const { column, style } = cell;
    // Programs write cells sorted by column. A cell out of order is ignored.
    if (this.#hiddenColumns[column] !== 0 || column <= (this.#row.cells.at(-1)?.column ?? 0)) return;
    const { text, kind } = this.#showContent(cell);
    const clean = text.replace(/\s+/gu, ' ').trim();
    if (clean === '') return;
    this.#chars += clean.length + CELL_CHARS;
    assertTextSize(this.#chars);
    this.#row.cells.push({ column, text: clean, kind, style });
  }

  #showContent({ type, value, inline, style }: OpenCell): Pick<Cell, 'text' | 'kind'> {
    if (type === 'e') return { text: '', kind: 'text' };
    if (type === 's') return { text: this.#tables.strings[Number(value)] ?? '', kind: 'text' };
    if (type === 'inlineStr') return { text: unescapeText(inline), kind: 'text' };
    if (type === 'str') return { text: unescapeText(value), kind: 'text' };
    if (type === 'b') return { text: isTrue(value.trim()) ? 'TRUE' : 'FALSE', kind: 'number' };
    if (type === 'd') return { text: value.replace(/T00:00(:00(\.0+)?)?Z?$/u, ''), kind: 'date' };
    const number = Number(value);
    if (value.trim() === '' || Number.isNaN(number)) return { text: value, kind: 'text' };
    const format = this.#tables.formats[style];
    if (!format) return { text: plainNumber(number), kind: 'number' };
    return { text: format.show(number), kind: format.kind };
  }

  #readMerge(ref: string): void {
    const [first = '', last = ''] = ref.split(':');
    const from = parseCellRef(first);
    const to = parseCellRef(last);
    if (!from || !to) return;
    this.merges.push({ top: from.row, left: from.column, bottom: to.row, right: to.column });
  }
}

/** Replaces `_x000D_` and the like, which stand for characters that XML cannot hold. */
export function unescapeText(text: string): string {
  return text.replace(/_x([0-9a-f]{4})_/giu, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function isTrue(value: string | undefined): boolean {
  return value === '1' || value === 'true';
}

/** `BC12` → column 55, row 12. */
function parseCellRef(ref: string): { column: number; row: number } | null {
  const [, letters, digits] = /^\$?([A-Z]{1,3})\$?(\d{1,7})$/u.exec(ref) ?? [];
  if (!letters || !digits) return null;
  let column = 0;
  for (let i = 0; i < letters.length; i += 1) column = column * 26 + letters.charCodeAt(i) - 64;
  return { column, row: Number(digits) };
}
