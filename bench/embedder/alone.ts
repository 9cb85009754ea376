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
  /** Which text comes first, and how long it goes on: as the load that it is held against. */
  first: number;
  warmUpMs: number;
  windowMs: number;
};

/**
 * What one text takes with nothing around it: tokenized, run in one session of several threads with the graph as
 * onnxruntime optimises it, pooled; one after the other in one thread.
 * @returns the median of the window in ms
 */
export async function measureAlone(options: AloneOptions): Promise<number> {
  const { source, dimensions, tokenizer, texts, prefix, first, warmUpMs, windowMs } = options;
  const run = await openSession(source, (count, positions) => [count, positions, dimensions]);
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
