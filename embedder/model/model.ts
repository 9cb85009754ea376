import { ASSUMED_COSTS } from '#embedder/batching/batch-cost.ts';
import type { Lane } from '#embedder/batching/batcher.ts';
import { HASHING_MODEL, identityOf, type ModelManifest } from '#embedder/download/manifest.ts';
import { checkedVectors } from '#embedder/onnx/pooling.ts';
import { type AsyncTokenizer, openThread } from '#embedder/tokenizer/async-tokenizer.ts';
import { hashedVector } from '#embedder/tokenizer/hashing.ts';
import type { EncodedText } from '#embedder/tokenizer/tokenizer.ts';
import { type Capacity, type OpenOptions, openModelParts } from './model-parts.ts';

/** A loaded model. All heavy work happens in worker threads; the event loop only waits. */
export type EmbeddingModel = {
  manifest: ModelManifest;
  identity: string;
  /** Tokens of its own a text may have: the window without special tokens and the longest prefix. */
  maxInputTokens: number;
  /** Tokens of each text alone. */
  count(texts: string[]): Promise<number[]>;
  /** Texts with the prefix in front, as the model reads them. */
  encode(texts: string[], prefix: string): Promise<EncodedText[]>;
  /** One normalised float32 vector per text. @throws Error rather than return a wrong one */
  embed(batch: Int32Array[], lane?: Lane): Promise<Float32Array[]>;
  capacity: Capacity;
  close(): Promise<void>;
};

/**
 * Verifies a model's files, loads it and warms it up.
 * @throws Error with one clear sentence when a file is missing, damaged or not the model it should be
 */
export async function openModel(options: OpenOptions): Promise<EmbeddingModel> {
  const { manifest } = options;
  if (manifest.id === HASHING_MODEL.id) return openHashingModel(options);
  const { tokenizer, pool, capacity, close } = await openModelParts(options, 'pooled');
  const { dimensions } = manifest;
  return {
    ...(await describe(manifest, tokenizer)),
    capacity,
    embed: async (batch, lane = 'worker') =>
      checkedVectors(await pool.run(batch, lane), { texts: batch.length, dimensions }),
    close,
  };
}

async function openHashingModel({ manifest, onCrash }: OpenOptions): Promise<EmbeddingModel> {
  const { dimensions, maxTokens } = manifest;
  const tokenizer = await openThread({ kind: 'hashing', dimensions, maxTokens }, onCrash ? { onCrash } : {});
  return {
    ...(await describe(manifest, tokenizer)),
    capacity: { workers: 1, interactiveSessions: 0, costs: ASSUMED_COSTS },
    // Adding up features takes microseconds a text; finding them is the work, and that is the worker's.
    embed: async (batch) => batch.map((features) => hashedVector(features, dimensions)),
    close: () => tokenizer.close(),
  };
}

async function describe(
  manifest: ModelManifest,
  { count, encode }: AsyncTokenizer,
): Promise<Omit<EmbeddingModel, 'embed' | 'close' | 'capacity'>> {
  const sample = ['a'];
  const [alone = 0] = await count(sample);
  const framed = await Promise.all(
    Object.values(manifest.prefixes).map(async (prefix) => (await encode(sample, prefix))[0]?.tokens ?? 0),
  );
  const maxInputTokens = manifest.maxTokens - (Math.max(...framed) - alone);
  return { manifest, identity: identityOf(manifest), maxInputTokens, count, encode };
}
