/** The constant of reciprocal rank fusion (Cormack, Clarke, Büttcher 2009). */
const K = 60;

/**
 * The matches of one retriever, best first. `relevance` in [0, 1] tells how related a match is to the query,
 * independently of its rank: the best of several unrelated matches is still unrelated.
 */
export type RetrieverResult = { weight: number; matches: { id: string; relevance: number }[] };

type FusedMatch = { id: string; score: number };

/**
 * Weighted reciprocal rank fusion: Σ weight / (60 + rank), divided by the highest such sum, times the highest
 * relevance that any retriever gave. The top match therefore scores its relevance, even when only one retriever can
 * find it (a question in another language than the passage). Sorted by score, which is in [0, 1].
 */
export function fuse(results: RetrieverResult[]): FusedMatch[] {
  const byId = new Map<string, { rankSum: number; relevance: number }>();
  for (const { weight, matches } of results) {
    for (const [index, { id, relevance }] of matches.entries()) {
      const known = byId.get(id) ?? { rankSum: 0, relevance: 0 };
      byId.set(id, {
        rankSum: known.rankSum + weight / (K + 1 + index),
        relevance: Math.max(known.relevance, Math.min(1, Math.max(0, relevance))),
      });
    }
  }
  const highest = Math.max(0, ...Array.from(byId.values(), ({ rankSum }) => rankSum));
  return [...byId]
    .map(([id, { rankSum, relevance }]) => ({ id, score: highest > 0 ? (rankSum / highest) * relevance : 0 }))
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
}
