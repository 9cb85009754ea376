import type { SearchHit } from '#shared/retrieval/search.ts';

/** A passage of another document is relevant with this share of the best one's score. */
const RELEVANT = 0.5;

/**
 * The hits that a model gets: the first ones, of which one document has at most half while other documents have
 * relevant ones. A document that alone is relevant keeps all places.
 * @param hits best first, some more than `places`
 */
export function shareDocuments(hits: SearchHit[], places: number): SearchHit[] {
  const most = Math.ceil(places / 2);
  const enough = (hits[0]?.score ?? 0) * RELEVANT;
  const taken = new Map<string, number>();
  const waiting: SearchHit[] = [];
  const chosen = new Set<SearchHit>();
  for (const hit of hits) {
    const held = taken.get(hit.document_id) ?? 0;
    if (held >= most || hit.score < enough) waiting.push(hit);
    else if (chosen.size < places) {
      chosen.add(hit);
      taken.set(hit.document_id, held + 1);
    }
  }
  for (const hit of waiting) if (chosen.size < places) chosen.add(hit);
  return hits.filter((hit) => chosen.has(hit));
}
