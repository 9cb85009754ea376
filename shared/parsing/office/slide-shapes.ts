import type { Block } from '../document.ts';
import { prefixedAttribute, type XmlEvents } from './package.ts';
import { TableRows } from './table-rows.ts';
import { type FrameParagraph, FrameParagraphs, frameLines } from './text-frame.ts';

/** A top-level shape of a slide. `placeholder` is its role in the layout (`title`, `body`, `ftr`); null for free shapes. */
export type Shape = {
  placeholder: string | null;
  /** Offset from the top left in EMU; null where only the layout gives it. */
  at: { x: number; y: number } | null;
  blocks: Block[];
  /** Id of the relation to its diagram (SmartArt). */
  diagram: string | null;
};

const SHAPES = new Set(['sp', 'grpSp', 'graphicFrame', 'pic', 'cxnSp', 'contentPart']);
/** Shapes whose tops differ by less than a quarter of an inch form one row. */
const ROW_EMU = 228_600;

/**
 * Collects the shapes of a slide, or of its notes page, from a stream of XML. A group is one shape; its members
 * keep their order. Skips `mc:Fallback`, the copy of newer content for old programs.
 */
export class SlideShapes implements XmlEvents {
  readonly shapes: Shape[] = [];
  /** True for a slide with `show="0"`. */
  hidden = false;
  readonly #page: number;
  #isNotes = false;
  readonly #frame = new FrameParagraphs();
  #depth = 0;
  #fallbacks = 0;
  #table: TableRows | null = null;
  #column = -1;
  #cell = { rowSpan: 1, merged: false };

  constructor(page: number) {
    this.#page = page;
  }

  onOpenTag(name: string, attributes: Record<string, string>): void {
    if (name === 'Fallback') this.#fallbacks += 1;
    if (this.#fallbacks > 0) return;
    if (name === 'notes') this.#isNotes = true;
    if (name === 'sld') this.hidden = isFalse(attributes['show']);
    if (SHAPES.has(name)) this.#openShape();
    const shape = this.#depth > 0 ? this.shapes.at(-1) : undefined;
    if (shape) this.#openInShape(shape, name, attributes);
  }

  onText(text: string): void {
    if (this.#fallbacks === 0) this.#frame.onText(text);
  }

  onCloseTag(name: string): void {
    if (name === 'Fallback') this.#fallbacks -= 1;
    if (this.#fallbacks > 0) return;
    if (SHAPES.has(name)) this.#depth -= 1;
    if (name === 'tc') this.#closeCell();
    else if (name === 'tr') this.#closeRow();
    else if (name === 'tbl') this.#closeTable();
    else if (name === 'txBody' && !this.#table) this.#closeFrame();
    else this.#frame.onCloseTag(name);
  }

  #openInShape(shape: Shape, name: string, attributes: Record<string, string>): void {
    if (name === 'ph' && this.#depth === 1) shape.placeholder = attributes['type'] ?? 'content';
    else if (name === 'off') shape.at ??= readOffset(attributes);
    else if (name === 'relIds') shape.diagram = prefixedAttribute(attributes, 'dm') ?? null;
    else if (name === 'tbl') this.#table = new TableRows();
    else if (name === 'tc') this.#openCell(attributes);
    else this.#frame.onOpenTag(name, attributes);
  }

  #openShape(): void {
    this.#depth += 1;
    if (this.#depth === 1) this.shapes.push({ placeholder: null, at: null, blocks: [], diagram: null });
  }

  #openCell(attributes: Record<string, string>): void {
    const merged = [attributes['vMerge'], attributes['hMerge']].some((value) =>
      /^(1|true)$/u.test(value ?? ''),
    );
    this.#cell = { rowSpan: Number(attributes['rowSpan'] ?? 1) || 1, merged };
    this.#column += 1;
  }

  /** Cells that are merged into another one are empty in the file, but occupy their column. */
  #closeCell(): void {
    const text = this.#frame
      .take()
      .map((paragraph) => paragraph.text)
      .join(' ');
    if (!this.#cell.merged) this.#table?.add(text, { column: this.#column, rowSpan: this.#cell.rowSpan });
  }

  #closeRow(): void {
    this.#table?.endRow();
    this.#column = -1;
  }

  #closeTable(): void {
    const text = this.#table?.text() ?? '';
    this.#table = null;
    if (text !== '') this.shapes.at(-1)?.blocks.push({ text, kind: 'table', page: this.#page });
  }

  #closeFrame(): void {
    const paragraphs = this.#frame.take();
    const shape = this.shapes.at(-1);
    if (shape && paragraphs.length > 0) shape.blocks.push(this.#frameBlock(shape, paragraphs));
  }

  #frameBlock({ placeholder }: Shape, paragraphs: FrameParagraph[]): Block {
    const page = this.#page;
    const plain = paragraphs.map(({ text }) => text).join('\n');
    if (placeholder === 'ctrTitle') return { text: plain, kind: 'heading', page, level: 1 };
    if (placeholder === 'title') return { text: plain, kind: 'heading', page, level: 2 };
    // The layout's bullets are not read. Bodies of several paragraphs usually have them.
    const isBulleted =
      paragraphs.length > 1 && !this.#isNotes && (placeholder === 'body' || placeholder === 'content');
    const { text, isList } = frameLines(paragraphs, isBulleted ? 'bullet' : 'none');
    return { text, kind: isList ? 'list' : 'paragraph', page };
  }
}

function isFalse(value: string | undefined): boolean {
  return value === '0' || value === 'false';
}

function readOffset({ x, y }: Record<string, string>): { x: number; y: number } {
  return { x: Number(x) || 0, y: Number(y) || 0 };
}

/**
 * Shapes in reading order: the title, shapes that the layout places, then the others row by row from the top left.
 * The order in the file is the order of painting.
 */
export function sortForReading(shapes: Shape[]): Shape[] {
  const isTitle = ({ placeholder }: Shape) => placeholder === 'title' || placeholder === 'ctrTitle';
  const rest = shapes.filter((shape) => !isTitle(shape));
  const rows: { top: number; shapes: Shape[] }[] = [];
  const placed = rest.filter(({ at }) => at);
  for (const shape of placed.toSorted((a, b) => (a.at?.y ?? 0) - (b.at?.y ?? 0))) {
    const row = rows.at(-1);
    const top = shape.at?.y ?? 0;
    if (row && top - row.top < ROW_EMU) row.shapes.push(shape);
    else rows.push({ top, shapes: [shape] });
  }
  return [
    ...shapes.filter((shape) => isTitle(shape)),
    ...rest.filter(({ at }) => !at),
    ...rows.flatMap((row) => row.shapes.toSorted((a, b) => (a.at?.x ?? 0) - (b.at?.x ?? 0))),
  ];
}
