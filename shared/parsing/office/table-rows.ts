import { assertTextSize } from '../document.ts';

type Carried = { text: string; rowsLeft: number };

/**
 * Collects the rows of a table as `cell | cell`. A cell that spans rows is repeated in each of them, so that
 * a row, which may be quoted alone, says all that it says on the page.
 */
export class TableRows {
  readonly #rows: string[] = [];
  #cells = new Map<number, string>();
  readonly #carried = new Map<number, Carried>();
  #chars = 0;

  /** `column` counts from 0; without one, the cell goes into the next that is free. */
  add(text: string, { column, rowSpan = 1 }: { column?: number; rowSpan?: number } = {}): void {
    const clean = text.replace(/\s+/gu, ' ').trim();
    const at = column ?? this.#cells.size;
    this.#cells.set(at, clean);
    if (rowSpan > 1) this.#carried.set(at, { text: clean, rowsLeft: rowSpan });
  }

  /** Throws `document_too_large` when repeated cells make more text than a document may hold. */
  endRow(): void {
    for (const [column, cell] of this.#carried) {
      if (!this.#cells.has(column)) this.#cells.set(column, cell.text);
      cell.rowsLeft -= 1;
      if (cell.rowsLeft <= 0) this.#carried.delete(column);
    }
    const cells = [...this.#cells].sort(([a], [b]) => a - b).map(([, text]) => text);
    this.#cells = new Map();
    if (cells.every((text) => text === '')) return;
    this.#chars += cells.reduce((sum, text) => sum + text.length, 0);
    assertTextSize(this.#chars);
    this.#rows.push(cells.join(' | '));
  }

  /** All rows, one a line; empty for a table without text. */
  text(): string {
    if (this.#cells.size > 0) this.endRow();
    return this.#rows.join('\n');
  }
}
