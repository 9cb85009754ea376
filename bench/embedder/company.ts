import { SessionPool } from '#embedder/model/session-pool.ts';

type Source = Parameters<typeof SessionPool.open>[0]['source'];

const COMPANY = 6;

/**
 * The least cosine between a text's vector alone, from the interactive lane, and in a batch of six of like length, from a
 * worker. Dynamic quantisation takes one scale for the whole batch, so in int8 the company shows a little; in fp32 it
 * does not.
 */
export async function measureCompany(source: Source, texts: Int32Array[]): Promise<number> {
  const pool = await SessionPool.open({ source, workers: 2 });
  const sorted = texts.toSorted((a, b) => a.length - b.length);
  let least = 1;
  for (let at = 0; at + COMPANY <= sorted.length; at += COMPANY) {
    const batch = sorted.slice(at, at + COMPANY);
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
