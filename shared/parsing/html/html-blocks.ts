import type { Block } from '../document.ts';
import { linkSuffix } from '../link-text.ts';

/** Elements whose content is not the document's own text. */
const SKIPPED = new Set(
  'script style nav template noscript svg math iframe object embed canvas audio video select textarea button datalist dialog footer'.split(
    ' ',
  ),
);
/** Elements without an end tag. They cannot start a skipped region. */
const VOID = new Set('area base br col embed hr img input link meta source track wbr'.split(' '));
const BLOCK_LEVEL = new Set(
  'address article aside blockquote body center dd details div dl dt fieldset figcaption figure form header hr html legend main p section summary'.split(
    ' ',
  ),
);

type List = { ordered: boolean; next: number };
type Table = { rows: string[]; cells: string[]; depth: number };

/**
 * Collects blocks from a stream of HTML tags, with counters and small stacks instead of recursion: deep nesting cannot
 * overflow the call stack.
 */
export class HtmlBlocks {
  readonly #blocks: { block: Block; inMain: boolean }[] = [];
  #title = '';
  #inTitle = false;
  #skipDepth = 0;
  #skipName = '';
  #buffer = '';
  #heading: number | null = null;
  #preDepth = 0;
  #mains = 0;
  #mainDepth = 0;
  readonly #lists: List[] = [];
  #items: string[] = [];
  #table: Table | null = null;
  /** The open link; its text begins at `start` of the buffer. */
  #link: { start: number; target: string } | null = null;

  onOpenTag(name: string, attributes: Record<string, string>): void {
    if (name === 'title' && this.#skipDepth === 0) this.#inTitle = true;
    if (this.#skipDepth > 0) {
      if (name === this.#skipName && !VOID.has(name)) this.#skipDepth += 1;
      return;
    }
    if ((SKIPPED.has(name) || isHidden(attributes)) && !VOID.has(name)) {
      // A skipped element separates the words around it.
      this.#buffer += ' ';
      this.#skipDepth = 1;
      this.#skipName = name;
      return;
    }
    if (name === 'br') this.#buffer += '\n';
    else if (name === 'input') this.#buffer += inputSign(attributes);
    else if (name === 'a') this.#link = { start: this.#buffer.length, target: attributes['href'] ?? '' };
    else if (this.#table) this.#openInTable(name);
    else this.#openInFlow(name, attributes);
  }

  onText(text: string): void {
    if (this.#skipDepth > 0) return;
    if (this.#inTitle) {
      this.#title += text;
      return;
    }
    this.#buffer += this.#preDepth > 0 ? text : text.replace(/\s+/gu, ' ');
  }

  onCloseTag(name: string): void {
    if (name === 'title') this.#inTitle = false;
    if (this.#skipDepth > 0) {
      if (name === this.#skipName) this.#skipDepth -= 1;
      return;
    }
    if (name === 'a') this.#closeLink();
    else if (this.#table) this.#closeInTable(name);
    else this.#closeInFlow(name);
  }

  finish(): { blocks: Block[]; title: string | null } {
    if (this.#table) this.#endTable();
    this.#endList();
    this.#flush();
    const kept = this.#mains === 1 ? this.#blocks.filter(({ inMain }) => inMain) : this.#blocks;
    const chosen = kept.some(({ block }) => block.text.trim() !== '') ? kept : this.#blocks;
    const blocks = chosen.map(({ block }) => block);
    return { blocks, title: this.#title.trim() === '' ? null : this.#title };
  }

  #openInFlow(name: string, attributes: Record<string, string>): void {
    const level = /^h([1-6])$/u.exec(name)?.[1];
    if (level !== undefined && this.#lists.length === 0) {
      this.#flush();
      this.#heading = Number(level);
    } else if (name === 'ul' || name === 'ol') this.#openList(name, attributes);
    else if (name === 'li') this.#openItem();
    else if (name === 'table') {
      this.#endList();
      this.#flush();
      this.#table = { rows: [], cells: [], depth: 1 };
    } else if (name === 'pre') {
      this.#flush();
      this.#preDepth += 1;
    } else if (name === 'main') {
      this.#flush();
      this.#mains += 1;
      this.#mainDepth += 1;
    } else if (BLOCK_LEVEL.has(name)) this.#flush();
  }

  #closeInFlow(name: string): void {
    if (/^h[1-6]$/u.test(name) && this.#heading !== null) {
      this.#flush();
      this.#heading = null;
    } else if ((name === 'ul' || name === 'ol') && this.#lists.length > 0) this.#closeList();
    else if (name === 'pre' && this.#preDepth > 0) {
      this.#flush();
      this.#preDepth -= 1;
    } else if (name === 'main' && this.#mainDepth > 0) {
      this.#flush();
      this.#mainDepth -= 1;
    } else if (name === 'li' || BLOCK_LEVEL.has(name)) this.#flush();
  }

  #closeLink(): void {
    const link = this.#link;
    this.#link = null;
    if (link && this.#preDepth === 0) this.#buffer += linkSuffix(this.#buffer.slice(link.start), link.target);
  }

  /** Empties the buffer. A link that is open goes on behind it. */
  #takeBuffer(): string {
    const text = this.#buffer;
    this.#buffer = '';
    if (this.#link) this.#link.start = 0;
    return text;
  }

  #openList(name: string, attributes: Record<string, string>): void {
    this.#flush();
    const start = Number.parseInt(attributes['start'] ?? '1', 10);
    this.#lists.push({ ordered: name === 'ol', next: Number.isNaN(start) ? 1 : start });
  }

  #openItem(): void {
    this.#flush();
    const list = this.#lists.at(-1);
    if (!list) return;
    const marker = list.ordered ? `${list.next}.` : '-';
    list.next += 1;
    this.#items.push(`${'  '.repeat(Math.min(this.#lists.length, 8) - 1)}${marker}`);
  }

  #closeList(): void {
    this.#flush();
    this.#lists.pop();
    if (this.#lists.length === 0) this.#endList();
  }

  #endList(): void {
    if (this.#items.length === 0) return;
    this.#flush();
    const items = this.#items.filter((item) => !/^\s*(-|\d+\.)$/u.test(item));
    this.#push({ text: items.join('\n'), kind: 'list', page: null });
    this.#items = [];
  }

  #openInTable(name: string): void {
    const table = this.#table;
    if (!table) return;
    if (name === 'table') table.depth += 1;
    else if (table.depth === 1 && name === 'tr') this.#endRow();
    else if (table.depth === 1 && (name === 'td' || name === 'th')) this.#endCell('implied');
    else this.#buffer += BLOCK_LEVEL.has(name) || name === 'li' || name === 'tr' ? '\n' : '';
  }

  #closeInTable(name: string): void {
    const table = this.#table;
    if (!table) return;
    if (name === 'table') {
      table.depth -= 1;
      if (table.depth === 0) this.#endTable();
    } else if (table.depth === 1 && (name === 'td' || name === 'th')) this.#endCell('explicit');
    else if (table.depth === 1 && name === 'tr') this.#endRow();
    else if (table.depth === 1 && name === 'caption') this.#endRow();
    else if (BLOCK_LEVEL.has(name) || name === 'td' || name === 'th') this.#buffer += ' ';
  }

  /** Ends the text before or in a cell. An empty cell is kept; white space between cells is not a cell. */
  #endCell(end: 'explicit' | 'implied'): void {
    const text = this.#takeBuffer().replace(/\s+/gu, ' ').trim();
    if (text !== '' || end === 'explicit') this.#table?.cells.push(text);
  }

  #endRow(): void {
    this.#endCell('implied');
    const table = this.#table;
    if (!table) return;
    if (table.cells.some((cell) => cell !== '')) table.rows.push(table.cells.join(' | '));
    table.cells = [];
  }

  #endTable(): void {
    this.#endRow();
    const rows = this.#table?.rows ?? [];
    this.#table = null;
    if (rows.length > 0) this.#push({ text: rows.join('\n'), kind: 'table', page: null });
  }

  /** Ends the current text: appends it to the open list item, or makes it a block. */
  #flush(): void {
    const text = this.#takeBuffer();
    if (text.trim() === '') return;
    if (this.#items.length > 0) {
      const line = text.replace(/\s+/gu, ' ').trim();
      this.#items.push(`${this.#items.pop() ?? ''} ${line}`);
    } else if (this.#heading !== null) {
      this.#push({ text, kind: 'heading', page: null, level: this.#heading });
    } else {
      this.#push({ text, kind: this.#preDepth > 0 ? 'code' : 'paragraph', page: null });
    }
  }

  #push(block: Block): void {
    this.#blocks.push({ block, inMain: this.#mainDepth > 0 });
  }
}

/** The state of a check box or of one of several choices; other inputs show nothing of the document. */
function inputSign(attributes: Record<string, string>): string {
  const type = attributes['type']?.trim().toLowerCase();
  if ((type !== 'checkbox' && type !== 'radio') || isHidden(attributes)) return '';
  const [on, off] = type === 'checkbox' ? ['☒', '☐'] : ['◉', '○'];
  return `${'checked' in attributes ? on : off} `;
}

/** Hidden text is left out: readers do not see it, and it may hold instructions to a language model. */
function isHidden(attributes: Record<string, string>): boolean {
  if ('hidden' in attributes || attributes['aria-hidden'] === 'true') return true;
  return /display\s*:\s*none|visibility\s*:\s*hidden/iu.test(attributes['style'] ?? '');
}
