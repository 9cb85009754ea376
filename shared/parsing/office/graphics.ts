import type { Block } from '../document.ts';
import { cellFormat } from './cell-format.ts';
import type { OfficePackage, XmlEvents } from './package.ts';
import { TableRows } from './table-rows.ts';
import { FrameParagraphs, frameLines } from './text-frame.ts';

/** The texts of a diagram (SmartArt), in the order in which they were entered, one per line. */
export async function readDiagram(file: OfficePackage, part: string): Promise<string> {
  const frame = new FrameParagraphs();
  await file.read(part, frame);
  return frameLines(frame.take(), 'bullet').text;
}

/**
 * The title, the axes' titles and the data of a chart (DrawingML), as last shown. Of a chart with many values only the
 * names are kept.
 */
export async function readChart(file: OfficePackage, part: string): Promise<Block[]> {
  const chart = new ChartData();
  await file.read(part, chart);
  return chart.blocks();
}

type Series = { name: string; categories: Map<number, string>; values: Map<number, string> };

const MAX_VALUES = 500;
const MAX_NAMES = 100;
const CATEGORIES = new Set(['cat', 'xVal']);
const VALUES = new Set(['val', 'yVal']);
const ROLES = new Set(['title', 'ser', 'tx', ...CATEGORIES, ...VALUES]);

class ChartData implements XmlEvents {
  readonly #titles: string[] = [];
  readonly #series: Series[] = [];
  /** The open elements that say what a text is. */
  readonly #roles: string[] = [];
  #levels = 0;
  #point = 0;
  #format: string | null = null;
  #text: string | null = null;

  onOpenTag(name: string, attributes: Record<string, string>): void {
    if (ROLES.has(name)) {
      this.#roles.push(name);
      this.#levels = 0;
      this.#format = null;
    }
    if (name === 'title') this.#titles.push('');
    else if (name === 'ser') this.#series.push({ name: '', categories: new Map(), values: new Map() });
    else if (name === 'lvl') this.#levels += 1;
    else if (name === 'pt') this.#point = Number(attributes['idx']) || 0;
    else if (name === 'v' || name === 't' || name === 'formatCode') this.#text = '';
  }

  onText(text: string): void {
    if (this.#text !== null) this.#text += text;
  }

  onCloseTag(name: string): void {
    if (ROLES.has(name)) this.#roles.pop();
    if (this.#text === null || !['v', 't', 'formatCode'].includes(name)) return;
    if (name === 'formatCode') this.#format = this.#text;
    else this.#take(this.#text);
    this.#text = null;
  }

  blocks(): Block[] {
    const titles = this.#titles.map((title) => title.trim()).filter((title) => title !== '');
    const title = titles.join('\n');
    const table = this.#table();
    return [
      ...(title === '' ? [] : [{ text: title, kind: 'paragraph' as const, page: null }]),
      ...(table === '' ? [] : [{ text: table, kind: 'table' as const, page: null }]),
    ];
  }

  #take(text: string): void {
    const role = this.#roles.at(-1) ?? '';
    const series = this.#series.at(-1);
    if (this.#roles.includes('title')) this.#titles[this.#titles.length - 1] += text;
    else if (!series || !this.#roles.includes('ser')) return;
    else if (role === 'tx') series.name += text;
    // The first level of nested categories is the innermost.
    else if (CATEGORIES.has(role) && this.#levels < 2) series.categories.set(this.#point, this.#shown(text));
    else if (VALUES.has(role)) series.values.set(this.#point, this.#shown(text));
  }

  #shown(text: string): string {
    const value = Number(text);
    if (text.trim() === '' || Number.isNaN(value)) return text;
    return cellFormat(this.#format, 1900).show(value);
  }

  #table(): string {
    const series = this.#series;
    const points = [
      ...new Set(series.flatMap(({ categories, values }) => [...categories.keys(), ...values.keys()])),
    ];
    points.sort((a, b) => a - b);
    const category = (point: number) =>
      series.map(({ categories }) => categories.get(point)).find((text) => text !== undefined) ?? '';
    const rows = new TableRows();
    const addRow = (cells: string[]) => {
      for (const [column, cell] of cells.entries()) rows.add(cell, { column });
      rows.endRow();
    };
    addRow(['', ...series.map(({ name }) => name)].slice(0, MAX_NAMES));
    if (points.length * series.length > MAX_VALUES) addRow(points.slice(0, MAX_NAMES).map(category));
    else {
      for (const point of points) {
        addRow([category(point), ...series.map(({ values }) => values.get(point) ?? '')]);
      }
    }
    return rows.text();
  }
}
