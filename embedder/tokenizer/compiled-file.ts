import { createHash } from 'node:crypto';
import { open, rename, writeFile } from 'node:fs/promises';
import type { CompiledTokenizer } from './tokenizer.ts';

/** The file: SHA-256 of the rest, length of the header (4 bytes), header (JSON), scores, edges. */
const HASH_BYTES = 32;
const READ_BYTES = 1 << 20;

/** A compiled tokenizer, or null for a family that only the library can tokenize. */
type Compiled = Omit<CompiledTokenizer, 'maxTokens'> | null;
type Header = { compiled: Compiled; scores: number; edges: number };

/** Writes a compiled tokenizer atomically, by renaming a complete file. */
export async function writeCompiled(path: string, compiled: Compiled): Promise<void> {
  const { edges = new Int32Array(), scores = new Float64Array() } = compiled?.unigram ?? {};
  const plain = compiled && { ...compiled, unigram: { ...compiled.unigram, edges: [], scores: [] } };
  const header = padHeader(
    JSON.stringify({ compiled: plain, scores: scores.byteLength, edges: edges.byteLength }),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  const parts = [length, header, bytesOf(scores), bytesOf(edges)];
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  await writeFile(`${path}.${process.pid}`, [hash.digest(), ...parts]);
  await rename(`${path}.${process.pid}`, path);
}

/**
 * Reads a compiled tokenizer into shared memory, 1 MiB at a time.
 * @returns undefined when the file is missing or damaged
 */
export async function readCompiled(path: string): Promise<Compiled | undefined> {
  const file = await open(path).catch(() => null);
  if (!file) return undefined;
  try {
    const { size } = await file.stat();
    const shared = new SharedArrayBuffer(Math.max(size, HASH_BYTES + 4));
    const hash = createHash('sha256');
    for (let at = 0; at < size; ) {
      const slice = new Uint8Array(shared, at, Math.min(READ_BYTES, size - at));
      const { bytesRead } = await file.read(slice, 0, slice.length, at);
      if (bytesRead === 0) return undefined;
      hash.update(at === 0 ? slice.subarray(HASH_BYTES, bytesRead) : slice.subarray(0, bytesRead));
      at += bytesRead;
    }
    const found = Buffer.from(new Uint8Array(shared, 0, HASH_BYTES));
    return found.equals(hash.digest()) ? parseCompiled(shared) : undefined;
  } finally {
    await file.close();
  }
}

function parseCompiled(shared: SharedArrayBuffer): Compiled {
  const start = HASH_BYTES + 4;
  const length = new DataView(shared).getUint32(HASH_BYTES, true);
  const text = Buffer.from(new Uint8Array(shared, start, length)).toString();
  const header = JSON.parse(text) as Header;
  if (!header.compiled) return null;
  const at = start + length;
  const scores = new Float64Array(shared, at, header.scores / Float64Array.BYTES_PER_ELEMENT);
  const edges = new Int32Array(shared, at + header.scores, header.edges / Int32Array.BYTES_PER_ELEMENT);
  const { unigram, frame } = header.compiled;
  return { frame, unigram: { ...unigram, scores, edges } };
}

/** Pads the header with spaces, so that the numbers after it are aligned to 8 bytes. */
function padHeader(json: string): Buffer {
  const text = Buffer.from(json);
  const start = HASH_BYTES + 4 + text.length;
  const missing = (8 - (start % 8)) % 8;
  return Buffer.concat([text, Buffer.alloc(missing, ' ')]);
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
