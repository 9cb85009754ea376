/** The constant of reciprocal rank fusion (Cormack, Clarke, Büttcher 2009). */
const K = 60;

/**
 * One leg's findings, best first. `relevance` says in [0, 1] how much a finding has to do with the query at all,
 * whatever its rank: being first among strangers is not a match.
 */
export type Leg = { weight: number; found: { id: string; relevance: number }[] };

export type Fused = { id: string; score: number };

/**
 * Weighted reciprocal rank fusion: Σ weight / (60 + rank), as a share of what the best placed finding has, times the
 * best relevance any leg gave. So the best placed one scores its relevance, even where only one leg can find it
 * (a question in another language than the passage). Sorted by the score, which lies in [0, 1].
 */
export function fuse(legs: Leg[]): Fused[] {
  const places = new Map<string, { rank: number; relevance: number }>();
  for (const leg of legs) {
    for (const [index, { id, relevance }] of leg.found.entries()) {
      const so = places.get(id) ?? { rank: 0, relevance: 0 };
      places.set(id, {
        rank: so.rank + leg.weight / (K + 1 + index),
        relevance: Math.max(so.relevance, Math.min(1, Math.max(0, relevance))),
      });
    }
  }
  const best = Math.max(0, ...Array.from(places.values(), ({ rank }) => rank));
  return [...places]
    .map(([id, { rank, relevance }]) => ({ id, score: best > 0 ? (rank / best) * relevance : 0 }))
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
}
