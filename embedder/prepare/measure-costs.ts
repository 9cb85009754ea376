import type { BatchCosts } from '#embedder/batching/batch-cost.ts';
import { openSession, type SessionSource } from '#embedder/onnx/onnx-session.ts';

/** Batches to measure: texts and tokens per text. From 64 tokens on they have several texts, as real batches do. */
const SHAPES = [
  [1, 8],
  [1, 16],
  [1, 32],
  [2, 32],
  [4, 32],
  [6, 32],
  [8, 32],
] as const;
const REPEATS = 3;

/**
 * Measures batches of several sizes on one thread and takes the best of the runs of each size, because other load on
 * the machine only slows runs down. Takes about 0.5 s for a model that computes 5,000 tokens a second.
 */
export async function measureCosts(source: Omit<SessionSource, 'threads'>): Promise<BatchCosts> {
  const run = await openSession({ ...source, threads: 1 });
  const costs: { paddedTokens: number; ms: number }[] = [];
  for (const [texts, length] of SHAPES) {
    const paddedTokens = texts * length;
    let ms = Number.POSITIVE_INFINITY;
    for (let repeat = 0; repeat <= REPEATS; repeat += 1) {
      const batch = {
        ids: new Int32Array(paddedTokens).fill(source.padTokenId),
        lengths: new Int32Array(texts).fill(length),
      };
      const started = performance.now();
      await run(batch);
      ms = Math.min(ms, performance.now() - started);
    }
    costs.push({ paddedTokens, ms: Number(ms.toFixed(3)) });
  }
  return costs;
}
