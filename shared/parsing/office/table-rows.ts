import { assertTextSize } from '../document.ts';

type SpanningCell = { text: string; rowsLeft: number };

/**
 * Collects the rows of a table as `cell | cell`. A cell that spans rows is repeated in each of them, so that a row
 * quoted alone is complete.
 */
export class TableRows {
  readonly #rows: string[] = [];
  #cells = new Map<number, string>();
  readonly #spanning = new Map<number, SpanningCell>();
  #chars = 0;

  /** Adds a cell to the open row. `column` counts from 0; without it the cell takes the next one. */
  add(text: string, { column, rowSpan = 1 }: { column?: number; rowSpan?: number } = {}): void {
    const clean = text.replace(/\s+/gu, ' ').trim();
    const at = column ?? this.#cells.size;
    this.#cells.set(at, clean);
    if (rowSpan > 1) this.#spanning.set(at, { text: clean, rowsLeft: rowSpan });
  }

  /** @throws DocumentError `document_too_large` when repeated cells exceed the text limit */
  endRow(): void {
    for (const [column, cell] of this.#spanning) {
      if (!this.#cells.has(column)) this.#cells.set(column, cell.text);
      cell.rowsLeft -= 1;
      if (cell.rowsLeft <= 0) this.#spanning.delete(column);
    }
    const cells = [...this.#cells].sort(([a], [b]) => a - b).map(([, text]) => text);
    this.#cells = new Map();
    if (cells.every((text) => text === '')) return;
    this.#chars += cells.reduce((sum, text) => sum + text.length, 0);
    assertTextSize(this.#chars);
    this.#rows.push(cells.join(' | '));
  }

  /** All rows, one per line; empty for a table without text. */
  text(): string {
    if (this.#cells.size > 0) this.endRow();
    return this.#rows.join('\n');
  }
}
