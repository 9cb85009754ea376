import { type Block, DocumentError } from '../document.ts';
import { readHtmlBlocks } from '../html/html.ts';
import { parseText } from '../text/text.ts';

const ZIP_SIGN = 'PK\u0003\u0004';
/** Parts of a web archive that are looked at. */
const MAX_PARTS = 1_000;

/** How an inserted part is read: as a Word document by `readWord`, or in another way; null for RTF and unknown data. */
type Reading = { bytes: Uint8Array; readWord: (bytes: Uint8Array) => Promise<Block[]> };

/**
 * The blocks of a document that another program inserted whole into a Word document (`w:altChunk`): a page, a web archive
 * (MHTML), plain text or another Word document. What cannot be read is left out.
 * @throws DocumentError for limits, not for damage
 */
export async function readAltChunk(part: string, { bytes, readWord }: Reading): Promise<Block[]> {
  const head = Buffer.from(bytes.subarray(0, 1_024)).toString('latin1');
  try {
    if (head.startsWith(ZIP_SIGN)) return await readWord(bytes);
    if (/^\s*\{\\rtf/u.test(head)) return [];
    if (/^(?:MIME-Version|Content-Type|From|Date|Subject):/imu.test(head)) return webArchiveBlocks(bytes);
    if (/\.txt$/iu.test(part)) return parseText(bytes, 'text/plain').blocks;
    return /<[a-z!?]/iu.test(head) ? readHtmlBlocks(bytes, 'text/html').blocks : [];
  } catch (error) {
    const isDamage =
      error instanceof DocumentError &&
      ['corrupt_document', 'empty_document', 'encrypted_document'].includes(error.code);
    if (isDamage) return [];
    throw error;
  }
}

/** The first page of a web archive (RFC 2557), as Word's own HTML writers embed it. */
function webArchiveBlocks(bytes: Uint8Array): Block[] {
  const source = Buffer.from(bytes).toString('latin1');
  const boundary = /boundary="?([^"\s;]+)"?/iu.exec(source)?.[1];
  const parts = boundary === undefined ? [source] : source.split(`--${boundary}`, MAX_PARTS);
  for (const part of parts) {
    const cut = /\r?\n\r?\n/u.exec(part.trimStart());
    const trimmed = part.trimStart();
    const header = cut ? trimmed.slice(0, cut.index) : '';
    const type = /^content-type:\s*(text\/html[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)/imu.exec(header)?.[1];
    if (!cut || type === undefined) continue;
    const body = decodeBody(trimmed.slice(cut.index + cut[0].length), header);
    return readHtmlBlocks(body, type.replace(/\s+/gu, ' ').replaceAll('"', '')).blocks;
  }
  return [];
}

function decodeBody(body: string, header: string): Uint8Array {
  const encoding = /^content-transfer-encoding:\s*(\S+)/imu.exec(header)?.[1]?.toLowerCase();
  if (encoding === 'base64') return new Uint8Array(Buffer.from(body, 'base64'));
  if (encoding !== 'quoted-printable') return new Uint8Array(Buffer.from(body, 'latin1'));
  const decoded = body
    .replace(/=\r?\n/gu, '')
    .replace(/=([0-9a-f]{2})/giu, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return new Uint8Array(Buffer.from(decoded, 'latin1'));
}
