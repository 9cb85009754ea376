import { marked, type Token, type Tokens } from 'marked';
import { assertTextSize, type Block, finishDocument, type ParsedDocument } from '../document.ts';
import { htmlBlocks, inlineText } from '../html/html.ts';
import { charsetOf, decodeText } from './decode.ts';

/** A Markdown file (CommonMark with GitHub's tables). Of the front matter only `title` is kept. */
export function parseMarkdown(bytes: Uint8Array, contentType: string): ParsedDocument {
  const source = decodeText(bytes, charsetOf(contentType)).replace(/\r\n?/gu, '\n');
  assertTextSize(source.length);
  const front = /^---[^\S\n]*\n(?:([\s\S]*?)\n)?(?:---|\.\.\.)[^\S\n]*(?:\n|$)/u.exec(source);
  const body = front ? source.slice(front[0].length) : source;
  const title = /^title:[^\S\n]*["']?(.+?)["']?[^\S\n]*$/mu.exec(front?.[1] ?? '')?.[1] ?? null;
  const blocks = marked.lexer(body, { gfm: true }).flatMap((token) => toBlocks(token));
  return finishDocument(
    { blocks, pages: null, title },
    'The file holds no text. Upload a file with something written in it.',
  );
}

function toBlocks(token: Token): Block[] {
  switch (token.type) {
    case 'heading':
      return [
        {
          text: inlineTokensText(token.tokens),
          kind: 'heading',
          page: null,
          level: token['depth'] as number,
        },
      ];
    case 'paragraph':
    case 'text':
      return [{ text: inlineTokensText(token.tokens ?? [token]), kind: 'paragraph', page: null }];
    case 'list':
      return [{ text: listLines(token as Tokens.List, 0).join('\n'), kind: 'list', page: null }];
    case 'table':
      return [{ text: tableLines(token as Tokens.Table).join('\n'), kind: 'table', page: null }];
    case 'code':
      return [{ text: (token as Tokens.Code).text, kind: 'code', page: null }];
    case 'blockquote':
      return (token.tokens ?? []).flatMap((inner) => toBlocks(inner));
    case 'html':
      return htmlBlocks(token.raw).blocks;
    default:
      return [];
  }
}

/** One line per item, nested lists indented. All paragraphs of an item are on its line. */
function listLines(list: Tokens.List, depth: number): string[] {
  const first = typeof list.start === 'number' ? list.start : 1;
  return list.items.flatMap((item, i) => {
    const marker = list.ordered ? `${first + i}.` : '-';
    const own: string[] = [];
    const nested: string[] = [];
    for (const token of item.tokens) {
      if (token.type === 'list') nested.push(...listLines(token as Tokens.List, Math.min(depth + 1, 8)));
      else own.push(...toBlocks(token).map((block) => block.text.replace(/\s+/gu, ' ')));
    }
    return [`${'  '.repeat(depth)}${marker} ${own.join(' ').trim()}`, ...nested];
  });
}

function tableLines(table: Tokens.Table): string[] {
  return [table.header, ...table.rows].map((row) =>
    row.map((cell) => inlineTokensText(cell.tokens).replace(/\s+/gu, ' ').trim()).join(' | '),
  );
}

/** The text of inline tokens, without the marks of links and emphasis; a picture gives its description. */
function inlineTokensText(tokens: Token[] | undefined): string {
  return (tokens ?? []).map((token) => inlineTokenText(token)).join('');
}

function inlineTokenText(token: Token): string {
  switch (token.type) {
    case 'br':
      return '\n';
    case 'html':
      return /^<br\b/iu.test(token.raw) ? '\n' : '';
    case 'codespan':
    case 'escape':
      return (token as Tokens.Codespan).text;
    case 'image':
      return inlineText((token as Tokens.Image).text);
    case 'checkbox':
      return '';
    default:
      return 'tokens' in token && token.tokens !== undefined
        ? inlineTokensText(token.tokens)
        : inlineText(plainText(token));
  }
}

/** A soft line break inside a paragraph is a space. */
function plainText(token: Token): string {
  return ('text' in token ? String(token['text']) : '').replaceAll('\n', ' ');
}
