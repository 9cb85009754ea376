import { brotliDecompressSync } from 'node:zlib';
import { PACKED_CMAPS } from './cmap-data.ts';

let unpacked: Map<string, Uint8Array> | undefined;

/**
 * Gives pdf.js the predefined CMaps, by the interface of its `BinaryDataFactory`. Without them, Korean, Japanese and
 * Chinese text in fonts that are not embedded is lost. They are part of the code, so that every bundle has them. Other
 * kinds of data (fonts, decoders) are rejected; only drawing needs them.
 */
export class CMapFactory {
  // oxlint-disable-next-line class-methods-use-this -- pdf.js's interface
  fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
    const found = kind === 'cMapUrl' ? unpackCmaps().get(filename.replace(/\.bcmap$/u, '')) : undefined;
    if (!found) return Promise.reject(new Error(`not available: ${filename}`));
    // A copy: pdf.js may transfer the buffer to a worker.
    return Promise.resolve(found.slice());
  }
}

function unpackCmaps(): Map<string, Uint8Array> {
  if (unpacked) return unpacked;
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
