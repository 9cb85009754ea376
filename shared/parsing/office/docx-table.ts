import type { Block } from '../document.ts';
import { TableRows } from './table-rows.ts';

type Cell = { span: number; isDeleted: boolean; merged: 'no' | 'below' | 'beside' };

/**
 * The rows of a table in Word. A cell that spans rows is repeated in each of them; one that spans columns stands once.
 */
export class WordTable {
  readonly #rows = new TableRows();
  /** The texts of cells that go on in the row below, by their column. */
  readonly #above = new Map<number, string>();
  #cells = 0;
  #only: Block[] = [];
  #column = 0;
  #isRowDeleted = false;
  #cell: Cell = newCell();

  openRow(): void {
    this.#column = 0;
    this.#isRowDeleted = false;
  }

  openCell(): void {
    this.#cell = newCell();
  }

  /** Takes a property of the open row or cell. */
  setProperty(name: string, value: string): void {
    if (name === 'gridBefore') this.#column = Number(value) || 0;
    else if (name === 'gridSpan') this.#cell.span = Math.max(1, Number(value) || 1);
    else if (name === 'vMerge' && value !== 'restart') this.#cell.merged = 'below';
    else if (name === 'hMerge' && value !== 'restart') this.#cell.merged = 'beside';
    else if (name === 'cellDel') this.#cell.isDeleted = true;
    else if (name === 'del') this.#isRowDeleted = true;
  }

  closeCell(blocks: Block[]): void {
    const { span, isDeleted, merged } = this.#cell;
    const column = this.#column;
    this.#column += span;
    if (isDeleted || this.#isRowDeleted || merged === 'beside') return;
    const own = blocks.map((block) => (block.kind === 'table' ? inline(block.text) : block.text)).join(' ');
    const text = merged === 'below' && own.trim() === '' ? (this.#above.get(column) ?? '') : own;
    this.#above.set(column, text);
    this.#rows.add(text, { column });
    this.#cells += 1;
    this.#only = blocks;
  }

  closeRow(): void {
    this.#rows.endRow();
  }

  /** The table as a block; the blocks of its cell where it has only one. */
  blocks(): Block[] {
    if (this.#cells === 1) return this.#only;
    const text = this.#rows.text();
    return text === '' ? [] : [{ text, kind: 'table', page: null }];
  }
}

function newCell(): Cell {
  return { span: 1, isDeleted: false, merged: 'no' };
}

/** A table in a cell on one line: its rows stay apart. */
function inline(table: string): string {
  return table.replaceAll(' | ', ', ').replaceAll('\n', '; ');
}
