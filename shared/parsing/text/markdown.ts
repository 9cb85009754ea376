import type { Token, Tokens } from 'marked';
import { assertTextSize, type Block, finishDocument, type ParsedDocument } from '../document.ts';
import { htmlBlocks } from '../html/html.ts';
import { charsetOf, decodeText } from './decode.ts';
import { BlockLexer } from './markdown-blocks.ts';
import { markdownText } from './markdown-inline.ts';

/** A Markdown file (CommonMark with GitHub's tables). Of the front matter only `title` is kept. */
export function parseMarkdown(bytes: Uint8Array, contentType: string): ParsedDocument {
  const source = decodeText(bytes, charsetOf(contentType)).replace(/\r\n?/gu, '\n');
  assertTextSize(source.length);
  const front = /^---[^\S\n]*\n(?:([\s\S]*?)\n)?(?:---|\.\.\.)[^\S\n]*(?:\n|$)/u.exec(source);
  const body = front ? source.slice(front[0].length) : source;
  const title = /^title:[^\S\n]*["']?(.+?)["']?[^\S\n]*$/mu.exec(front?.[1] ?? '')?.[1] ?? null;
  const blocks = new MarkdownBlocks().read(body);
  return finishDocument(
    { blocks, pages: null, title },
    'The file holds no text. Upload a file with something written in it.',
  );
}

/** The library divides the source into blocks; the text inside them is read by `markdownText`. */
class MarkdownBlocks {
  readonly #lexer = new BlockLexer();

  read(source: string): Block[] {
    return this.#lexer.blockTokens(source, []).flatMap((token) => this.#toBlocks(token));
  }

  #toBlocks(token: Token): Block[] {
    switch (token.type) {
      case 'heading': {
        const { text, depth: level } = token as Tokens.Heading;
        return [{ text: this.#inline(text), kind: 'heading', page: null, level }];
      }
      case 'paragraph':
      case 'text':
        return [{ text: this.#inline((token as Tokens.Text).text), kind: 'paragraph', page: null }];
      case 'list':
        return [{ text: this.#listLines(token as Tokens.List, 0).join('\n'), kind: 'list', page: null }];
      case 'table':
        return [{ text: this.#tableLines(token as Tokens.Table).join('\n'), kind: 'table', page: null }];
      case 'code':
        return [{ text: (token as Tokens.Code).text, kind: 'code', page: null }];
      case 'blockquote':
        return (token.tokens ?? []).flatMap((inner) => this.#toBlocks(inner));
      case 'html':
        return htmlBlocks(token.raw).blocks;
      default:
        return [];
    }
  }

  /** One line per item, nested lists indented. All paragraphs of an item are on its line. */
  #listLines(list: Tokens.List, depth: number): string[] {
    const first = typeof list.start === 'number' ? list.start : 1;
    return list.items.flatMap((item, i) => {
      const marker = list.ordered ? `${first + i}.` : '-';
      const own: string[] = item.task ? [item.checked ? '☒' : '☐'] : [];
      const nested: string[][] = [];
      for (const token of item.tokens) {
        if (token.type === 'list') nested.push(this.#listLines(token as Tokens.List, Math.min(depth + 1, 8)));
        else own.push(...this.#toBlocks(token).map((block) => block.text.replace(/\s+/gu, ' ')));
      }
      return [`${'  '.repeat(depth)}${marker} ${own.join(' ').trim()}`, ...nested.flat()];
    });
  }

  #tableLines(table: Tokens.Table): string[] {
    return [table.header, ...table.rows].map((row) =>
      row.map((cell) => this.#inline(cell.text).replace(/\s+/gu, ' ').trim()).join(' | '),
    );
  }

  #inline(source: string): string {
    const { links } = this.#lexer.tokens;
    return markdownText(source, (label) => {
      const key = referenceKey(label);
      return Object.hasOwn(links, key) ? (links[key]?.href ?? '') : null;
    });
  }
}

/** A label as the library stores it. */
function referenceKey(label: string): string {
  return label.replace(/\s+/gu, ' ').trim().toLowerCase();
}
