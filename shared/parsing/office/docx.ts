import mammoth from 'mammoth';
import { DocumentError, finishDocument, type ParsedDocument } from '../document.ts';
import { htmlBlocks, inlineText } from '../html/html.ts';
import { splitNumberedHeadings } from '../numbered-headings.ts';
import { exceedsLimit, readEntry, type ZipEntry, zipEntries } from '../zip.ts';

/** One part may inflate to this much, all together to the second; a thousand pages take 50 MB of XML. */
const MAX_PART_BYTES = 64 * 1024 * 1024;
const MAX_TOTAL_BYTES = 256 * 1024 * 1024;

const STYLE_MAP = [
  "p[style-name='Title'] => h1:fresh",
  "p[style-name='제목'] => h1:fresh",
  "p[style-name='Subtitle'] => p:fresh",
  ...[1, 2, 3, 4].map((level) => `p[style-name='제목 ${level}'] => h${level}:fresh`),
];

/** A Word document: headings, lists and tables by their styles; pages are unknown to the format. */
export async function parseDocx(bytes: Uint8Array): Promise<ParsedDocument> {
  const entries = zipEntries(bytes);
  if (entries === null) throw damaged();
  assertInflatable(bytes, entries);
  const title = coreTitle(bytes, entries);
  const html = await convert(bytes);
  // Mammoth ends each footnote with a link back to its mark.
  const blocks = htmlBlocks(html).blocks.map((block) => ({ ...block, text: block.text.replaceAll('↑', '') }));
  return finishDocument(
    { blocks: splitNumberedHeadings(blocks), pages: null, title },
    'The Word document holds no text. If it holds pictures of pages, run text recognition (OCR) on them first.',
  );
}

async function convert(bytes: Uint8Array): Promise<string> {
  const options = {
    styleMap: STYLE_MAP,
    externalFileAccess: false,
    convertImage: mammoth.images.imgElement(() => Promise.resolve({ src: '' })),
  };
  try {
    return (await mammoth.convertToHtml({ buffer: Buffer.from(bytes) }, options)).value;
  } catch (cause) {
    throw damaged(cause);
  }
}

function damaged(cause?: unknown): DocumentError {
  return new DocumentError(
    'corrupt_document',
    'The Word document is damaged or incomplete. Open it in Word, save it again as .docx and upload that.',
    { cause },
  );
}

/**
 * Refuses archives that unpack to far more than they weigh, before the parser unpacks them: first by the
 * sizes they declare, then, since those may be lies, by inflating every part under a limit. Names prove
 * nothing either: the archive's own relations say which part is the text.
 */
function assertInflatable(bytes: Uint8Array, entries: ZipEntry[]): void {
  const declared = entries.reduce((sum, entry) => sum + entry.uncompressedBytes, 0);
  if (declared > MAX_TOTAL_BYTES) throw tooLarge();
  let left = MAX_TOTAL_BYTES;
  for (const entry of entries) {
    if (entry.encrypted) throw damaged();
    try {
      left -= readEntry(bytes, entry, Math.min(MAX_PART_BYTES, left)).length;
    } catch (cause) {
      if (exceedsLimit(cause)) throw tooLarge();
      throw damaged(cause);
    }
    if (left <= 0) throw tooLarge();
  }
}

function tooLarge(): DocumentError {
  return new DocumentError(
    'document_too_large',
    'The Word document unpacks to more than can be read. Split it into smaller files.',
  );
}

/** `dc:title` of the document's properties. */
function coreTitle(bytes: Uint8Array, entries: ZipEntry[]): string | null {
  const core = entries.find((entry) => entry.name === 'docProps/core.xml');
  if (core === undefined) return null;
  const xml = new TextDecoder().decode(readEntry(bytes, core, MAX_PART_BYTES));
  const title = /<dc:title(?:\s[^>]*)?>([^<]*)<\/dc:title>/u.exec(xml)?.[1]?.trim() ?? '';
  return title === '' ? null : inlineText(title);
}
