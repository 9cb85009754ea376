import { workerData } from 'node:worker_threads';
import { type PackedBatch, packBatch } from '#embedder/workers/packed-batch.ts';
import { serveRequests } from '#embedder/workers/worker-side.ts';
import { createHashingTokenizer } from './hashing.ts';
import {
  type CompiledTokenizer,
  createCompiledTokenizer,
  createTokenizer,
  type TextTokenizer,
} from './tokenizer.ts';
import { readTokenizerFiles, type TokenizerFiles } from './tokenizer-files.ts';

/** The thread's tokenizer: a compiled one, the library's from its files, or feature hashing. */
export type TokenizerSource =
  | { kind: 'compiled'; compiled: CompiledTokenizer }
  | { kind: 'files'; files: TokenizerFiles }
  | { kind: 'hashing'; dimensions: number; maxTokens: number };

export type TokenizerRequest =
  | { op: 'largest' }
  | { op: 'count'; texts: string[] }
  | { op: 'encode'; texts: string[]; prefix: string }
  | { op: 'pair'; first: string; texts: string[] };
/**
 * `tokens` holds the count of each text, or the largest id. `batch` and `overflow` hold the ids of each encoded text
 * and whether it was cut.
 */
export type TokenizerResult = {
  tokens: Int32Array<ArrayBuffer>;
  batch: PackedBatch | null;
  overflow: Uint8Array<ArrayBuffer>;
};

await serveRequests<TokenizerRequest, TokenizerResult>(async () => {
  const tokenizer = await createFromSource(workerData as TokenizerSource);
  return async (request) => {
    if (request.op === 'count' || request.op === 'largest') {
      const tokens =
        request.op === 'largest'
          ? Int32Array.of(tokenizer.largestId)
          : Int32Array.from(request.texts, (text) => tokenizer.count(text));
      return { result: { tokens, batch: null, overflow: new Uint8Array() }, transfer: [tokens.buffer] };
    }
    const encoded = request.texts.map((text) =>
      request.op === 'encode'
        ? tokenizer.encode(text, request.prefix)
        : tokenizer.encodePair(request.first, text),
    );
    const batch = packBatch(encoded.map(({ ids }) => ids));
    const tokens = Int32Array.from(encoded, (text) => text.tokens);
    const overflow = Uint8Array.from(encoded, (text) => Number(text.overflow));
    const transfer = [batch.ids.buffer, batch.lengths.buffer, tokens.buffer, overflow.buffer];
    return { result: { tokens, batch, overflow }, transfer };
  };
});

async function createFromSource(source: TokenizerSource): Promise<TextTokenizer> {
  if (source.kind === 'hashing') return createHashingTokenizer(source);
  if (source.kind === 'compiled') return createCompiledTokenizer(source.compiled);
  return createTokenizer(await readTokenizerFiles(source.files));
}
