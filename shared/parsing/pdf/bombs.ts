import { inflateSync } from 'node:zlib';
import { DocumentError } from '../document.ts';
import { exceedsLimit } from '../zip.ts';

/** Fonts and object streams of real documents are far smaller. */
const MAX_STREAM_BYTES = 128 * 1024 * 1024;
/** Deflate compresses at most 1032 : 1. Shorter streams cannot exceed the limit. */
const MIN_BOMB_BYTES = Math.floor(MAX_STREAM_BYTES / 1032);
/** Bytes before a stream that are searched for its dictionary. */
const DICTIONARY_WINDOW = 4096;

/**
 * Refuses a PDF with a stream that inflates to more than 128 MB, which would exhaust the process's memory. Pictures are
 * not checked, since reading text does not unpack them. Streams that do not inflate here (damaged, encrypted, other
 * filters) are not checked either.
 * @throws DocumentError `document_too_large`
 */
export function assertNoBomb(bytes: Uint8Array): void {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = file.indexOf('stream');
  while (at !== -1) {
    const end = file.indexOf('endstream', at + 6);
    if (end === -1) return;
    const filters = countDeflates(file, at);
    if (filters > 1 || (filters === 1 && end - at > MIN_BOMB_BYTES))
      assertNoLargeStream(file, { at, end }, filters);
    at = file.indexOf('stream', end + 9);
  }
}

/** How many deflate filters the stream at an offset has; 0 for pictures. */
function countDeflates(file: Buffer, at: number): number {
  const window = file.toString('latin1', Math.max(0, at - DICTIONARY_WINDOW), at);
  const dictionary = window.slice(window.lastIndexOf(' obj') + 1);
  if (/\/Subtype\s*\/Image\b/u.test(dictionary)) return 0;
  return dictionary.match(/\/(?:FlateDecode|Fl)\b/gu)?.length ?? 0;
}

function assertNoLargeStream(file: Buffer, { at, end }: { at: number; end: number }, filters: number): void {
  const start = at + 6 + (file[at + 6] === 0x0d ? 2 : 1);
  let data: Buffer = file.subarray(start, end);
  try {
    for (let i = 0; i < filters; i += 1) data = inflateSync(data, { maxOutputLength: MAX_STREAM_BYTES });
  } catch (cause) {
    if (!exceedsLimit(cause)) return;
    throw new DocumentError(
      'document_too_large',
      'The PDF unpacks to more than can be read. Print it to a new PDF, or split it into smaller files.',
      { cause },
    );
  }
}
