import { ASSUMED_COSTS } from '#embedder/batching/batch-cost.ts';
import type { Lane } from '#embedder/batching/batcher.ts';
import { HASHING_MODEL, identityOf, type ModelManifest } from '#embedder/download/manifest.ts';
import { splitVectors } from '#embedder/onnx/pooling.ts';
import { type AsyncTokenizer, openTokenizerThread } from '#embedder/tokenizer/async-tokenizer.ts';
import { hashedVector } from '#embedder/tokenizer/hashing.ts';
import type { EncodedText } from '#embedder/tokenizer/tokenizer.ts';
import { type Capacity, type ModelOptions, openModelParts } from './model-parts.ts';

/** A loaded model. Worker threads tokenize long texts and run the model; the event loop only waits. */
export type EmbeddingModel = {
  manifest: ModelManifest;
  identity: string;
  /** Tokens that a text may have: the window less the special tokens and the longest prefix. */
  maxInputTokens: number;
  /** Tokens of each text without prefix and special tokens. */
  count(texts: string[]): Promise<number[]>;
  /** Each text with the prefix, as the model reads it. */
  encode(texts: string[], prefix: string): Promise<EncodedText[]>;
  /** One normalised float32 vector per text. @throws Error for a vector that is not finite or not of norm 1 */
  embed(batch: Int32Array[], lane?: Lane): Promise<Float32Array[]>;
  capacity: Capacity;
  close(): Promise<void>;
};

/**
 * Verifies a model's files, loads the model and warms it up.
 * @throws Error with one clear sentence when a file is missing, damaged or not of this model
 */
export async function openModel(options: ModelOptions): Promise<EmbeddingModel> {
  const { manifest } = options;
  if (manifest.id === HASHING_MODEL.id) return openHashingModel(options);
  const { tokenizer, pool, capacity, close } = await openModelParts(options, 'pooled');
  const { dimensions } = manifest;
  return {
    ...(await readInfo(manifest, tokenizer)),
    capacity,
    embed: async (batch, lane = 'worker') =>
      splitVectors(await pool.run(batch, lane), { texts: batch.length, dimensions }),
    close,
  };
}

async function openHashingModel({ manifest, onCrash }: ModelOptions): Promise<EmbeddingModel> {
  const { dimensions, maxTokens } = manifest;
  const tokenizer = await openTokenizerThread(
    { kind: 'hashing', dimensions, maxTokens },
    onCrash ? { onCrash } : {},
  );
  return {
    ...(await readInfo(manifest, tokenizer)),
    capacity: { workers: 1, interactiveSessions: 0, costs: ASSUMED_COSTS },
    // Adding up features takes microseconds a text. The worker does the expensive part: it finds them.
    embed: async (batch) => batch.map((features) => hashedVector(features, dimensions)),
    close: () => tokenizer.close(),
  };
}

async function readInfo(
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
