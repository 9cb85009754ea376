import { inflateRawSync } from 'node:zlib';

export type ZipEntry = {
  name: string;
  compressedBytes: number;
  /** As declared in the directory. It may be false, so `readEntry` does not rely on it. */
  uncompressedBytes: number;
  method: number;
  encrypted: boolean;
  headerOffset: number;
};

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const MAX_COMMENT_BYTES = 0xffff;
const MAX_ENTRIES = 10_000;

/**
 * The directory of a ZIP archive; nothing is inflated. Null when the bytes are not a readable archive, have over
 * 10,000 entries, or are ZIP64, which only archives over 4 GB need.
 */
export function zipEntries(bytes: Uint8Array): ZipEntry[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEndOfDirectory(view);
  if (end === null) return null;
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count > MAX_ENTRIES) return null;
  const entries: ZipEntry[] = [];
  for (let i = 0; i < count; i += 1) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== DIRECTORY_ENTRY) return null;
    const nameLength = view.getUint16(at + 28, true);
    entries.push({
      name: new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength)),
      compressedBytes: view.getUint32(at + 20, true),
      uncompressedBytes: view.getUint32(at + 24, true),
      method: view.getUint16(at + 10, true),
      encrypted: (view.getUint16(at + 8, true) & 1) === 1,
      headerOffset: view.getUint32(at + 42, true),
    });
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

function findEndOfDirectory(view: DataView): number | null {
  const lowest = Math.max(0, view.byteLength - 22 - MAX_COMMENT_BYTES);
  for (let at = view.byteLength - 22; at >= lowest; at -= 1) {
    if (view.getUint32(at, true) === END_OF_DIRECTORY) return at;
  }
  return null;
}

/**
 * Inflates one entry, to at most `maxBytes`, regardless of its declared size.
 * @throws RangeError (`ERR_BUFFER_TOO_LARGE`) above the limit; Error for damaged data
 */
export function readEntry(bytes: Uint8Array, entry: ZipEntry, maxBytes: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = entry.headerOffset;
  const start = header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
  const data = bytes.subarray(start, start + entry.compressedBytes);
  if (entry.method === 0) return data.length > maxBytes ? refuseTooLarge() : data;
  if (entry.method !== 8) throw new Error(`unsupported compression method ${entry.method}`);
  return inflateRawSync(data, { maxOutputLength: maxBytes });
}

/** Whether an error of `readEntry`, or of zlib with `maxOutputLength`, means that the data is over the limit. */
export function exceedsLimit(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
  );
}

function refuseTooLarge(): never {
  throw Object.assign(new RangeError('stored entry is too large'), { code: 'ERR_BUFFER_TOO_LARGE' });
}
