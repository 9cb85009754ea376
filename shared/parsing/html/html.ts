import { type Block, finishDocument, type ParsedDocument } from '../document.ts';
import { charsetOf, decodeText } from '../text/decode.ts';
import { readHtml } from './flat-parser.ts';
import { HtmlBlocks } from './html-blocks.ts';

/** An HTML file, without navigation and scripts. The charset comes from its content type, else from its `meta`. */
export function parseHtml(bytes: Uint8Array, contentType: string): ParsedDocument {
  const { blocks, title } = readHtmlBlocks(bytes, contentType);
  return finishDocument(
    { blocks, pages: null, title },
    'The page holds no readable text. Pages that are drawn by a script must be saved as they look in the browser (or printed to PDF) first.',
  );
}

/** The blocks of a page, as `parseHtml` reads it, which may be none. */
export function readHtmlBlocks(
  bytes: Uint8Array,
  contentType: string,
): { blocks: Block[]; title: string | null } {
  return htmlBlocks(decodeText(bytes, charsetOf(contentType) ?? findMetaCharset(bytes)));
}

/**
 * The blocks of HTML source, in reading order; where there is exactly one visible `<main>`, only its blocks. The source
 * is read as a stream of tags: nothing is fetched, no script runs.
 */
export function htmlBlocks(source: string): { blocks: Block[]; title: string | null } {
  const collector = new HtmlBlocks();
  readHtml(source, collector);
  return collector.finish();
}

/** The plain text of a snippet that may have entities and inline tags. */
export function inlineText(snippet: string): string {
  if (!/[&<]/u.test(snippet)) return snippet;
  let text = '';
  readHtml(snippet, {
    onOpenTag: (name) => {
      if (name === 'br') text += '\n';
    },
    onText: (part) => {
      text += part;
    },
    onCloseTag: () => {},
  });
  return text;
}

/** The charset of `<meta charset>`, of its http-equiv form or of an XML declaration, in the first 4 KB. */
function findMetaCharset(bytes: Uint8Array): string | null {
  const head = new TextDecoder('windows-1252').decode(bytes.subarray(0, 4096));
  const found =
    /<meta[^>]+charset\s*=\s*["']?\s*([\w.:-]+)/iu.exec(head) ??
    /^\s*<\?xml[^>]+encoding\s*=\s*["']([\w.:-]+)/iu.exec(head);
  return found?.[1] ?? null;
}
