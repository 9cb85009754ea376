import mammoth from 'mammoth';
import { DocumentError, finishDocument, type ParsedDocument } from './document.ts';
import { htmlBlocks, inlineText } from './html.ts';
import { splitNumberedHeadings } from './numbered-headings.ts';
import { exceedsLimit, readEntry, type ZipEntry, zipEntries } from './zip.ts';

/** A Word file may inflate to this much; real ones of a thousand pages stay under 50 MB of XML. */
const MAX_XML_BYTES = 64 * 1024 * 1024;
const MAX_TOTAL_BYTES = 512 * 1024 * 1024;

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
 * sizes they declare, then, since those may be lies, by inflating each part under a limit.
 */
function assertInflatable(bytes: Uint8Array, entries: ZipEntry[]): void {
  const declared = entries.reduce((sum, entry) => sum + entry.uncompressedBytes, 0);
  if (declared > MAX_TOTAL_BYTES) throw tooLarge();
  let xmlBytes = 0;
  for (const entry of entries) {
    if (entry.encrypted) throw damaged();
    try {
      const size = readEntry(bytes, entry, Math.max(entry.uncompressedBytes, 1)).length;
      if (/\.(xml|rels)$/iu.test(entry.name)) xmlBytes += size;
    } catch (cause) {
      if (exceedsLimit(cause)) throw tooLarge();
      throw damaged(cause);
    }
    if (xmlBytes > MAX_XML_BYTES) throw tooLarge();
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
  const xml = new TextDecoder().decode(readEntry(bytes, core, MAX_XML_BYTES));
  const title = /<dc:title(?:\s[^>]*)?>([^<]*)<\/dc:title>/u.exec(xml)?.[1]?.trim() ?? '';
  return title === '' ? null : inlineText(title);
}
