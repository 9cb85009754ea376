/** The constant of reciprocal rank fusion (Cormack, Clarke, Büttcher 2009). */
const K = 60;

/**
 * One leg's findings, best first. `relevance` says in [0, 1] how much a finding has to do with the query at all,
 * whatever its rank: being first among strangers is not a match.
 */
export type Leg = { weight: number; found: { id: string; relevance: number }[] };

export type Fused = { id: string; score: number };

/**
 * Weighted reciprocal rank fusion: Σ weight / (60 + rank), scaled so that first place in every leg is 1, then
 * multiplied by the best relevance any leg gave. Sorted by the result, which lies in [0, 1].
 */
export function fuse(legs: Leg[]): Fused[] {
  const best = legs.reduce((sum, leg) => sum + leg.weight / (K + 1), 0);
  const ranks = new Map<string, { rank: number; relevance: number }>();
  for (const leg of legs) {
    for (const [index, { id, relevance }] of leg.found.entries()) {
      const so = ranks.get(id) ?? { rank: 0, relevance: 0 };
      ranks.set(id, {
        rank: so.rank + leg.weight / (K + 1 + index),
        relevance: Math.max(so.relevance, Math.min(1, Math.max(0, relevance))),
      });
    }
  }
  return [...ranks]
    .map(([id, { rank, relevance }]) => ({ id, score: best > 0 ? (rank / best) * relevance : 0 }))
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
}
