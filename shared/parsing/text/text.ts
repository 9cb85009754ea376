import { assertTextSize, type Block, finishDocument, type ParsedDocument } from '../document.ts';
import { joinLines } from '../join-lines.ts';
import { parseNumberedHeading } from '../numbered-headings.ts';
import { charsetOf, decodeText } from './decode.ts';

/** The start of a list item: a bullet, `1.`, `1)`, `(1)`, `①`, `가.`, `a)`. */
export const LIST_MARKER =
  /^\s*(?:[-*•·‣▪◦○●■□◆▶※–—]\s+|\(?\d{1,3}[.)]\s+|\([가-힣a-z]\)\s*|[①-⑳]\s*|[가나다라마바사아자차카타파하][.)]\s+|[a-zA-Z][.)]\s+)/u;

/**
 * Plain text in any encoding of `decodeText`. Blank lines divide paragraphs; hard-wrapped lines are joined. Underlined
 * lines and the numbered headings of Korean rules become headings.
 */
export function parseText(bytes: Uint8Array, contentType: string): ParsedDocument {
  const text = decodeText(bytes, charsetOf(contentType)).replace(/\r\n?/gu, '\n');
  assertTextSize(text.length);
  const blocks = text.split(/\n(?:[^\S\n]*\n)+|\f/u).flatMap((part) => textBlocks(part));
  return finishDocument(
    { blocks, pages: null, title: null },
    'The file holds no text. Upload a file with something written in it.',
  );
}

/** The blocks of one paragraph, which has no blank line. */
function textBlocks(paragraph: string): Block[] {
  const blocks: Block[] = [];
  let open: string[] = [];
  const close = () => {
    if (open.length > 0) blocks.push(plainBlock(open));
    open = [];
  };
  const heading = (text: string, level: number) => {
    close();
    blocks.push({ text, kind: 'heading', page: null, level });
  };
  for (const line of paragraph.split('\n')) {
    const underline = /^\s*(={3,}|-{3,})\s*$/u.exec(line)?.[1];
    const numbered = parseNumberedHeading(line.trim());
    if (underline && open.length === 1) {
      const title = open[0] ?? '';
      open = [];
      heading(title, underline.startsWith('=') ? 1 : 2);
    } else if (numbered) {
      heading(numbered.heading, numbered.level);
      if (numbered.rest !== '') open.push(numbered.rest);
    } else {
      open.push(line);
    }
  }
  close();
  return blocks;
}

function plainBlock(lines: string[]): Block {
  const items = lines.filter((line) => LIST_MARKER.test(line)).length;
  if (items > 1 || (items === 1 && lines.length === 1)) {
    return { text: lines.join('\n'), kind: 'list', page: null };
  }
  const text = isHardWrapped(lines) ? joinLines(lines) : lines.join('\n');
  return { text, kind: 'paragraph', page: null };
}

/** Whether an editor or mailer broke the lines: all but the last are long and of nearly equal length. */
function isHardWrapped(lines: string[]): boolean {
  if (lines.length < 2) return false;
  const lengths = lines.slice(0, -1).map((line) => line.trim().length);
  const longest = lines.reduce((most, line) => Math.max(most, line.trim().length), 0);
  return longest >= 30 && longest <= 120 && lengths.every((length) => length >= longest * 0.7);
}
