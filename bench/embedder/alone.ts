import { openSession, type SessionSource } from '#embedder/onnx/onnx-session.ts';
import { meanPool } from '#embedder/onnx/pooling.ts';
import type { TextTokenizer } from '#embedder/tokenizer/tokenizer.ts';
import { packBatch } from '#embedder/workers/packed-batch.ts';
import { median } from './rounds.ts';

type AloneOptions = {
  /** `threads` as many as there are cores. */
  source: SessionSource;
  dimensions: number;
  tokenizer: TextTokenizer;
  texts: string[];
  prefix: string;
  /** Index of the first text, and durations: equal to those of the load that it is compared with. */
  first: number;
  warmUpMs: number;
  windowMs: number;
};

/**
 * Measures a text without the server: tokenizes, runs one session of several threads, and pools, one text after the
 * other.
 * @returns the median of the window in ms
 */
export async function measureAlone(options: AloneOptions): Promise<number> {
  const { source, dimensions, tokenizer, texts, prefix, first, warmUpMs, windowMs } = options;
  const run = await openSession(source, { kind: 'vectors', width: dimensions });
  const from = performance.now() + warmUpMs;
  const times: number[] = [];
  for (let at = first, now = performance.now(); now < from + windowMs; at += 1) {
    const started = now;
    const batch = packBatch([tokenizer.encode(texts[at % texts.length] ?? '', prefix).ids]);
    meanPool(await run(batch), batch.lengths);
    now = performance.now();
    if (started >= from) times.push(now - started);
  }
  return median(times);
}
