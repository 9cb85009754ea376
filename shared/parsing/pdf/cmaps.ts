import { brotliDecompressSync } from 'node:zlib';
import { PACKED_CMAPS } from './cmap-data.ts';

let unpacked: Map<string, Uint8Array> | undefined;

/**
 * Gives pdf.js the predefined CMaps, without which Korean, Japanese and Chinese text in fonts that are not
 * embedded is lost. They are part of the code, so no bundle can forget them; pdf.js asks through the
 * interface of its own `BinaryDataFactory`. Fonts and decoders, which only drawing needs, are refused.
 */
export class CMapFactory {
  // oxlint-disable-next-line class-methods-use-this -- pdf.js's interface
  fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
    const found = kind === 'cMapUrl' ? cmaps().get(filename.replace(/\.bcmap$/u, '')) : undefined;
    if (found === undefined) return Promise.reject(new Error(`not available: ${filename}`));
    // pdf.js may transfer what it gets.
    return Promise.resolve(found.slice());
  }
}

function cmaps(): Map<string, Uint8Array> {
  if (unpacked !== undefined) return unpacked;
  const bytes = brotliDecompressSync(Buffer.from(PACKED_CMAPS, 'base64'));
  let at = 4 + bytes.readUInt32LE(0);
  const index = JSON.parse(bytes.subarray(4, at).toString()) as [string, number][];
  unpacked = new Map();
  for (const [name, length] of index) {
    unpacked.set(name, bytes.subarray(at, at + length));
    at += length;
  }
  return unpacked;
}
