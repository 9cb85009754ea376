import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { Batcher, type BatchStats, type QueueLimits } from '#embedder/batching/batcher.ts';
import type { ModelManifest } from '#embedder/download/manifest.ts';
import { AppError } from '#shared/core/errors.ts';
import { type OpenOptions, openModelParts } from './model-parts.ts';
import { translateFault } from './translate-fault.ts';

/** How well each text answers the query: the higher the better. `tokens` of each pair. */
type Ranking = { scores: number[]; tokens: number[] };
export type Reranker = {
  id: string;
  /**
   * Scores of texts, in their order; raw logits, or between 0 and 1.
   * @throws AppError `overloaded`, `payload_too_large`, `input_too_long` without `truncate`,
   *   `dependency_unavailable`
   */
  rank(call: RankCall): Promise<Ranking>;
  close(): Promise<void>;
};
type RankCall = {
  query: string;
  texts: string[];
  truncate: boolean;
  scale: 'logit' | 'probability';
  signal?: AbortSignal;
};

const ManifestFile = z.object({
  id: z.string().regex(/^[\w.-]{1,128}$/),
  license: z.string().min(1),
  repository: z.string().min(1),
  revision: z.string().min(1),
  quantization: z.enum(['int8', 'fp32']),
  maxTokens: z.int().min(8).max(8_192),
  padTokenId: z.int().min(0),
  files: z
    .array(z.object({ path: z.string().min(1), bytes: z.int(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }))
    .min(3),
});

/**
 * Reads the manifest of a cross-encoder: which model, and its files (one .onnx, tokenizer.json,
 * tokenizer_config.json) with size and SHA-256, as the built-in manifests have them.
 * @throws Error naming the file and what is wrong with it
 */
export async function readRerankManifest(path: string): Promise<ModelManifest> {
  try {
    const manifest = ManifestFile.parse(JSON.parse(await readFile(path, 'utf8')));
    return { ...manifest, aliases: [], pooling: 'mean', dimensions: 1, prefixes: { query: '', passage: '' } };
  } catch (cause) {
    throw new Error(`RERANK_MANIFEST: ${path} is no manifest of a model: ${String(cause)}`, { cause });
  }
}

type RerankOptions = OpenOptions & { limits: QueueLimits; onBatch?: (stats: BatchStats) => void };

/**
 * Loads a cross-encoder (one logit per pair; token types are all zero, as the XLM-RoBERTa family has them). It has
 * the same batcher and sessions as the embedding model, beside them.
 * @throws Error with one clear sentence when the model cannot be used
 */
export async function openReranker(options: RerankOptions): Promise<Reranker> {
  const { manifest, limits, onBatch } = options;
  const { tokenizer, pool, capacity, close } = await openModelParts(options, 'score');
  const batcher = new Batcher({
    ...capacity,
    ...limits,
    embed: async (batch, lane) => checkedScores(await pool.run(batch, lane), batch.length),
    ...(onBatch ? { onBatch } : {}),
  });
  return {
    id: manifest.id,
    close,
    async rank({ query, texts, truncate, scale, signal }) {
      const pairs = await tokenizer.encodePairs(query, texts).catch(translateFault);
      const tooLong = truncate ? -1 : pairs.findIndex(({ overflow }) => overflow);
      if (tooLong >= 0) throw tooLongPair(tooLong, manifest.maxTokens);
      const logits = await batcher.submit(pairs, signal, { priority: 'query' }).catch(translateFault);
      const scores = logits.map(([logit = 0]) => (scale === 'logit' ? logit : 1 / (1 + Math.exp(-logit))));
      return { scores, tokens: pairs.map(({ tokens }) => tokens) };
    },
  };
}

function checkedScores(scores: Float32Array<ArrayBuffer>, texts: number): Float32Array[] {
  if (scores.length !== texts || !scores.every(Number.isFinite)) {
    throw new Error(`The reranker returned ${scores.length} scores for ${texts} texts, or one not finite.`);
  }
  return Array.from({ length: texts }, (_, at) => scores.subarray(at, at + 1));
}

function tooLongPair(at: number, maxTokens: number): AppError {
  const path = `texts.${at}`;
  const message = `has with the query more than ${maxTokens} tokens; shorten it, or send "truncate": true`;
  return new AppError('input_too_long', `${path} ${message}.`, { fields: [{ path, message }] });
}
