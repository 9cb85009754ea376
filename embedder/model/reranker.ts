import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { Batcher, type BatchStats, type QueueLimits } from '#embedder/batching/batcher.ts';
import type { ModelManifest } from '#embedder/download/manifest.ts';
import { AppError } from '#shared/core/errors.ts';
import { sigmoid } from '#shared/core/logistic.ts';
import { type ModelOptions, openModelParts } from './model-parts.ts';
import type { SessionPool } from './session-pool.ts';
import { translateFault } from './translate-fault.ts';

/** One score per text: a higher score means a better answer to the query. `tokens` are those of each pair. */
type Ranking = { scores: number[]; tokens: number[] };
export type Reranker = {
  id: string;
  /** The time of one pair of `PAIR_TOKENS` in milliseconds while every worker computes, measured at the start. */
  pairMs: number;
  /**
   * Scores the texts, in their order: raw logits, or probabilities between 0 and 1.
   * @throws AppError `overloaded`, `payload_too_large`, `input_too_long` without `truncate`,
   *   `dependency_unavailable`
   */
  rank(request: RankRequest): Promise<Ranking>;
  close(): Promise<void>;
};
/** A question and a passage of the default size with its headings. */
const PAIR_TOKENS = 384;
const PAIR_RUNS = 3;

type RankRequest = {
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
 * Reads the manifest of a cross-encoder: the model, and its files (one .onnx, tokenizer.json, tokenizer_config.json)
 * with size and SHA-256.
 * @throws Error naming the file and its fault
 */
export async function readRerankManifest(path: string): Promise<ModelManifest> {
  try {
    const manifest = ManifestFile.parse(JSON.parse(await readFile(path, 'utf8')));
    return { ...manifest, aliases: [], pooling: 'mean', dimensions: 1, prefixes: { query: '', passage: '' } };
  } catch (cause) {
    throw new Error(`RERANK_MANIFEST: ${path} is no manifest of a model: ${String(cause)}`, { cause });
  }
}

type RerankerOptions = ModelOptions & { limits: QueueLimits; onBatch?: (stats: BatchStats) => void };

/**
 * Loads a cross-encoder: one logit per pair, and token types of all zeros as in the XLM-RoBERTa family. It has a
 * batcher and sessions of its own.
 * @throws Error with one clear sentence when the model cannot be used
 */
export async function openReranker(options: RerankerOptions): Promise<Reranker> {
  const { manifest, limits, onBatch } = options;
  const { tokenizer, pool, capacity, close } = await openModelParts(options, 'score');
  const pairMs = (await measurePair(pool, manifest)) / capacity.workers;
  const batcher = new Batcher({
    ...capacity,
    ...limits,
    embed: async (batch, lane) => checkedScores(await pool.run(batch, lane), batch.length),
    ...(onBatch ? { onBatch } : {}),
  });
  return {
    id: manifest.id,
    pairMs,
    close,
    async rank({ query, texts, truncate, scale, signal }) {
      const pairs = await tokenizer.encodePairs(query, texts).catch(translateFault);
      const tooLong = truncate ? -1 : pairs.findIndex(({ overflow }) => overflow);
      if (tooLong >= 0) throw tooLongPair(tooLong, manifest.maxTokens);
      const logits = await batcher.submit(pairs, signal, { priority: 'interactive' }).catch(translateFault);
      const scores = logits.map(([logit = 0]) => (scale === 'logit' ? logit : sigmoid(logit)));
      return { scores, tokens: pairs.map(({ tokens }) => tokens) };
    },
  };
}

/** The time of one pair on one worker. The first run is the slower one, and other load only slows runs down. */
async function measurePair(pool: SessionPool, { maxTokens, padTokenId }: ModelManifest): Promise<number> {
  const pair = new Int32Array(Math.min(PAIR_TOKENS, maxTokens)).fill(padTokenId);
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < PAIR_RUNS; run += 1) {
    const startedAt = performance.now();
    await pool.run([pair], 'worker');
    best = Math.min(best, performance.now() - startedAt);
  }
  return best;
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
