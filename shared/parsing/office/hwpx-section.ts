import type { Block } from '../document.ts';
import { parseNumberedHeading } from '../numbered-headings.ts';
import type { HwpxStyles, ParagraphRole } from './hwpx-styles.ts';
import type { ListCounters } from './numbering.ts';
import type { XmlEvents } from './package.ts';
import { TableRows } from './table-rows.ts';

/** A sequence of paragraphs: the section, a cell, a note or a text box. `element` is the name of its tag. */
type Flow = { element: string; blocks: Block[] };
/**
 * `after` holds the tables, notes and text boxes of a paragraph, which follow its text. `number` is its automatic number,
 * null until it is counted.
 */
type Paragraph = {
  text: string;
  role: ParagraphRole;
  attributes: Record<string, string>;
  number: string | null;
  after: Block[];
};
type Table = { rows: TableRows; cells: number; only: Block[]; column: number | undefined; rowSpan: number };

const FLOWS = new Set(['tc', 'caption', 'footNote', 'endNote', 'drawText']);
/** Running headers and footers, hidden comments, and the parameters of fields. */
const SKIPPED = new Set(['header', 'footer', 'hiddenComment', 'fieldBegin']);
const TEXT = new Set(['t', 'script', 'mainText']);
const CHARACTER_BY_NAME: Readonly<Record<string, string>> = {
  lineBreak: '\n',
  tab: ' ',
  nbSpace: ' ',
  fwSpace: ' ',
  hyphen: '-',
};
const LABEL_BY_NOTE: Readonly<Record<string, string>> = { footNote: '각주: ', endNote: '미주: ' };

/** Outline styles also number whole paragraphs. Longer ones are text, not headings. */
const MAX_HEADING_CHARS = 100;
/** Levels of nested flows, such as tables in cells. Real documents have three or four. */
const MAX_DEPTH = 64;

/**
 * Collects the blocks of a section (`hs:sec`) from a stream of XML, with stacks instead of recursion. A table of
 * one cell is read as its text: official letters use such tables as frames.
 * @throws RangeError (from `onOpenTag`) above 64 levels of nesting
 */
export class HwpxSection implements XmlEvents {
  readonly blocks: Block[] = [];
  readonly #styles: HwpxStyles;
  readonly #flows: Flow[];
  readonly #paragraphs: Paragraph[] = [];
  readonly #tables: Table[] = [];
  #skipped: string[] = [];
  #inText = 0;
  #deleted = false;
  readonly #counters: ListCounters;
  /** The numbering of outlines in this section. */
  #outline = '1';

  /** `counters` are those of the document: lists go on from section to section. */
  constructor(styles: HwpxStyles, counters: ListCounters) {
    this.#styles = styles;
    this.#counters = counters;
    this.#flows = [{ element: 'sec', blocks: this.blocks }];
  }

  onOpenTag(name: string, attributes: Record<string, string>): void {
    if (SKIPPED.has(name)) this.#skipped.push(name);
    if (this.#skipped.length > 0) return;
    const paragraph = this.#paragraphs.at(-1);
    if (FLOWS.has(name)) this.#openFlow(name);
    else if (name === 'p') this.#openParagraph(attributes);
    else if (TEXT.has(name)) this.#inText += 1;
    else if (name === 'tbl') {
      this.#tables.push({ rows: new TableRows(), cells: 0, only: [], column: undefined, rowSpan: 1 });
    } else if (name === 'secPr') this.#outline = attributes['outlineShapeIDRef'] ?? this.#outline;
    else if (name === 'deleteBegin') this.#deleted = true;
    else if (name === 'deleteEnd') this.#deleted = false;
    else if (name === 'cellAddr' || name === 'cellSpan') this.#readCellPosition(attributes);
    else if (paragraph && !this.#deleted) paragraph.text += textOfElement(name, attributes);
  }

  onText(text: string): void {
    const paragraph = this.#paragraphs.at(-1);
    if (!paragraph || this.#inText === 0 || this.#deleted || this.#skipped.length > 0) return;
    paragraph.text += text;
  }

  onCloseTag(name: string): void {
    if (this.#skipped.length > 0) {
      if (this.#skipped.at(-1) === name) this.#skipped.pop();
      return;
    }
    if (FLOWS.has(name)) this.#closeFlow(name);
    else if (name === 'p') this.#closeParagraph();
    else if (TEXT.has(name)) this.#inText -= 1;
    else if (name === 'tr') this.#tables.at(-1)?.rows.endRow();
    else if (name === 'tbl') this.#closeTable();
  }

  #openParagraph(attributes: Record<string, string>): void {
    // Paragraphs in this one's tables come after it.
    const around = this.#paragraphs.at(-1);
    if (around) this.#count(around);
    const role = this.#styles.roleOf(attributes);
    this.#paragraphs.push({ text: '', role, attributes, number: null, after: [] });
  }

  /** Gives a paragraph its number. The first one of a section holds the section's own numbering. */
  #count(paragraph: Paragraph): string {
    if (paragraph.number !== null) return paragraph.number;
    const found = this.#styles.numberingOf(paragraph.attributes, this.#outline);
    paragraph.number = found ? this.#counters.next(found.list, found.level).trim() : '';
    return paragraph.number;
  }

  #openFlow(element: string): void {
    if (this.#flows.length > MAX_DEPTH) throw new RangeError('nested too deeply');
    this.#flows.push({ element, blocks: [] });
    const table = this.#tables.at(-1);
    if (element === 'tc' && table) Object.assign(table, { column: undefined, rowSpan: 1 });
  }

  /** Position and span of the open cell; the file gives them after the cell's text. */
  #readCellPosition({ colAddr, rowSpan }: Record<string, string>): void {
    const table = this.#tables.at(-1);
    if (!table) return;
    if (colAddr) table.column = Number(colAddr) || 0;
    if (rowSpan) table.rowSpan = Number(rowSpan) || 1;
  }

  #closeFlow(element: string): void {
    if (this.#flows.at(-1)?.element !== element || this.#flows.length === 1) return;
    const blocks = this.#flows.pop()?.blocks ?? [];
    const text = blocks.map((block) => block.text).join(' ');
    if (element === 'tc') this.#closeCell(blocks, text);
    else if (element === 'drawText') this.#attach(blocks);
    else if (text.trim() !== '') {
      this.#attach([
        { text: `${LABEL_BY_NOTE[element] ?? ''}${text.trim()}`, kind: 'paragraph', page: null },
      ]);
    }
  }

  #closeCell(blocks: Block[], text: string): void {
    const table = this.#tables.at(-1);
    if (!table) return;
    const { column, rowSpan } = table;
    table.rows.add(text, column === undefined ? { rowSpan } : { column, rowSpan });
    table.cells += 1;
    table.only = blocks;
  }

  #closeTable(): void {
    const table = this.#tables.pop();
    if (!table) return;
    const text = table.rows.text();
    if (table.cells === 1) this.#attach(table.only);
    else if (text !== '') this.#attach([{ text, kind: 'table', page: null }]);
  }

  #attach(blocks: Block[]): void {
    const target = this.#paragraphs.at(-1)?.after ?? this.#flows.at(-1)?.blocks;
    for (const block of blocks) target?.push(block);
  }

  #closeParagraph(): void {
    const paragraph = this.#paragraphs.pop();
    const blocks = this.#flows.at(-1)?.blocks;
    if (!paragraph || !blocks) return;
    const text = paragraph.text.trim();
    const number = this.#count(paragraph);
    if (text !== '') pushParagraph(blocks, { text, number, role: paragraph.role });
    for (const block of paragraph.after) blocks.push(block);
  }
}

type Numbered = { text: string; number: string; role: ParagraphRole };

function pushParagraph(blocks: Block[], { text, number, role }: Numbered): void {
  const line = number === '' ? text : `${number} ${text}`;
  if (role && 'heading' in role && text.length <= MAX_HEADING_CHARS && !text.endsWith('다.')) {
    blocks.push({ text: line, kind: 'heading', page: null, level: role.heading });
    return;
  }
  if (!role || 'heading' in role || (number !== '' && parseNumberedHeading(line))) {
    blocks.push({ text: line, kind: 'paragraph', page: null });
    return;
  }
  const item = `${'  '.repeat(role.listDepth)}${number === '' ? '-' : number} ${text.replace(/\s+/gu, ' ')}`;
  const last = blocks.at(-1);
  if (last?.kind === 'list') last.text += `\n${item}`;
  else blocks.push({ text: item, kind: 'list', page: null });
}

/** The text of elements that represent characters: tabs, special spaces, composed characters, equations. */
function textOfElement(name: string, attributes: Record<string, string>): string {
  if (name === 'compose') return attributes['composeText'] ?? '';
  return name === 'equation' ? ' ' : (CHARACTER_BY_NAME[name] ?? '');
}
