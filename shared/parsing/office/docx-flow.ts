import type { Block } from '../document.ts';
import { parseNumberedHeading } from '../numbered-headings.ts';
import type { WordLists } from './docx-numbering.ts';
import { headingByOutline, type ParagraphStyle, type WordStyles } from './docx-styles.ts';
import { WordTable } from './docx-table.ts';
import type { ListCounters } from './numbering.ts';

/** What all parts of a document share: its styles, and the lists, which count on from part to part. */
export type WordLooks = { styles: WordStyles; lists: WordLists; counters: ListCounters };

/**
 * A paragraph while it is read, with its own properties. Its text is `done`, then `text`: a link can be read alone, which
 * takes no time in proportion to the paragraph. `after` holds what hangs on it: text boxes, charts.
 */
export type WordParagraph = {
  done: string[];
  text: string;
  style: string | null;
  outline: number | null;
  list: string | null;
  level: number | null;
  /** The paragraph's end is deleted: its text belongs to the next paragraph. */
  endDeleted: boolean;
  endHidden: boolean;
  after: Block[];
};

/** A list that takes further items. `depth` is that of its first item, from which the others are indented. */
type List = { block: Block; depth: number };

/**
 * A sequence of paragraphs and tables: the body, a cell, a text box, a note. `carried` is the text of paragraphs whose
 * end is deleted.
 */
type Flow = { blocks: Block[]; carried: string; list: List | null; tables: WordTable[] };

/** Longer paragraphs, and Korean sentences, are text, whatever their style. */
const MAX_HEADING_CHARS = 200;
/** Levels of nested flows, such as tables in cells. Real documents have three or four. */
const MAX_DEPTH = 64;

/**
 * Makes blocks of the paragraphs and tables of a Word document, with stacks instead of recursion. A table of one cell is
 * read as its text: letters use such tables as frames.
 */
export class WordFlow {
  readonly #looks: WordLooks;
  readonly #flows: Flow[] = [newFlow()];
  readonly #paragraphs: WordParagraph[] = [];

  constructor(looks: WordLooks) {
    this.#looks = looks;
  }

  /** The blocks of the part. */
  get blocks(): Block[] {
    return this.#flows[0]?.blocks ?? [];
  }

  get paragraph(): WordParagraph | undefined {
    return this.#paragraphs.at(-1);
  }

  get table(): WordTable | undefined {
    return this.#flows.at(-1)?.tables.at(-1);
  }

  /** The table whose cell is open. */
  get outerTable(): WordTable | undefined {
    return this.#flows.at(-2)?.tables.at(-1);
  }

  /** @throws RangeError above 64 levels of nesting */
  openFlow(): void {
    if (this.#flows.length > MAX_DEPTH) throw new RangeError('nested too deeply');
    this.#flows.push(newFlow());
  }

  closeFlow(): Block[] {
    return (this.#flows.length > 1 ? this.#flows.pop()?.blocks : undefined) ?? [];
  }

  openTable(): void {
    this.#flows.at(-1)?.tables.push(new WordTable());
  }

  closeTable(): void {
    this.attach(this.#flows.at(-1)?.tables.pop()?.blocks() ?? []);
  }

  /** Adds blocks behind the open paragraph, else at the end of the flow. */
  attach(blocks: readonly Block[]): void {
    const flow = this.#flows.at(-1);
    if (flow) flow.list = null;
    const target = this.paragraph?.after ?? flow?.blocks;
    for (const block of blocks) target?.push({ ...block });
  }

  openParagraph(): void {
    this.#paragraphs.push({
      done: [],
      text: '',
      style: null,
      outline: null,
      list: null,
      level: null,
      endDeleted: false,
      endHidden: false,
      after: [],
    });
  }

  closeParagraph(): void {
    const paragraph = this.#paragraphs.pop();
    const flow = this.#flows.at(-1);
    if (!paragraph || !flow) return;
    const text = flow.carried + paragraph.done.join('') + paragraph.text;
    flow.carried = paragraph.endDeleted ? text : '';
    if (!paragraph.endDeleted) this.#push(flow, text.trim(), paragraph);
    if (paragraph.after.length > 0) flow.list = null;
    for (const block of paragraph.after) flow.blocks.push(block);
  }

  #push(flow: Flow, text: string, paragraph: WordParagraph): void {
    if (text === '' && paragraph.endHidden) return;
    const style = this.#looks.styles.paragraph(paragraph.style);
    // Word numbers empty paragraphs too.
    const { marker, depth } = this.#number(paragraph, style);
    if (text === '') return;
    const heading = paragraph.outline === null ? style.heading : headingByOutline(paragraph.outline);
    const line = marker === '' ? text : `${marker} ${text.replace(/\s+/gu, ' ')}`;
    if (heading !== null && text.length <= MAX_HEADING_CHARS && !text.endsWith('다.')) {
      flow.list = null;
      flow.blocks.push({ text: marker === '-' ? text : line, kind: 'heading', page: null, level: heading });
    } else if (marker === '' || parseNumberedHeading(line)) {
      flow.list = null;
      flow.blocks.push({ text: line, kind: 'paragraph', page: null });
    } else pushItem(flow, line, depth);
  }

  /** The number of a paragraph as Word shows it, empty for none, and its depth in the list. */
  #number(paragraph: WordParagraph, style: ParagraphStyle): { marker: string; depth: number } {
    const { styles, lists, counters } = this.#looks;
    const id = paragraph.list ?? style.list;
    const list = id === null ? null : lists.find(id, (name) => styles.numberingOf(name));
    if (!list) return { marker: '', depth: 0 };
    const ofStyle = [paragraph.style, style.listStyle]
      .map((name) => (name === null ? null : lists.levelOfStyle(list, name)))
      .find((level) => level !== null);
    const level = paragraph.level ?? ofStyle ?? style.level ?? 0;
    return { marker: counters.next(list, level).trim(), depth: Math.min(8, level) };
  }
}

function newFlow(): Flow {
  return { blocks: [], carried: '', list: null, tables: [] };
}

function pushItem(flow: Flow, line: string, depth: number): void {
  const { list } = flow;
  if (list) {
    list.block.text += `\n${'  '.repeat(Math.max(0, depth - list.depth))}${line}`;
    return;
  }
  const block: Block = { text: line, kind: 'list', page: null };
  flow.list = { block, depth };
  flow.blocks.push(block);
}
