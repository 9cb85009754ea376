import { SessionPool } from '#embedder/model/session-pool.ts';

type Source = Parameters<typeof SessionPool.open>[0]['source'];

const BATCH_TEXTS = 6;

/**
 * Measures how far a batch changes a text's vector: the lowest cosine between the vector alone, from the interactive
 * lane, and in a batch of six texts of similar length, from a worker. In int8 dynamic quantisation uses one scale for
 * the whole batch, so the other texts have a small influence; in fp32 they have none.
 */
export async function measureBatchInfluence(source: Source, texts: Int32Array[]): Promise<number> {
  const pool = await SessionPool.open({ source, workers: 2 });
  const sorted = texts.toSorted((a, b) => a.length - b.length);
  let least = 1;
  for (let at = 0; at + BATCH_TEXTS <= sorted.length; at += BATCH_TEXTS) {
    const batch = sorted.slice(at, at + BATCH_TEXTS);
    const together = await pool.run(batch, 'worker');
    for (const [row, text] of batch.entries()) {
      const alone = await pool.run([text], 'interactive');
      least = Math.min(least, dot(alone, together.subarray(row * alone.length, (row + 1) * alone.length)));
    }
  }
  await pool.close();
  return least;
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
