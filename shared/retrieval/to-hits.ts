import type { ChunkRow } from '#shared/db/chunks.ts';
import type { Candidate, Candidates } from './candidates.ts';
import type { SameText, SearchHit } from './search.ts';

/** The chosen candidates as hits, with scores that never rise. */
export function toHits(chosen: Candidate[], { similarities, bm25 }: Candidates['ranking']): SearchHit[] {
  let least = 1;
  return chosen.map(({ hit: { id, match }, copies, probability, rerank }) => {
    least = Math.min(least, probability);
    return {
      ...hitOf(match.chunk),
      score: least,
      scores: { vector: similarities.get(id) ?? null, lexical: bm25.get(id) ?? null, rerank },
      also_in: copies.map((copy) => placeOf(copy.match.chunk)),
    };
  });
}

function hitOf(chunk: ChunkRow): Omit<SearchHit, 'score' | 'scores' | 'also_in'> {
  const { id, ...rest } = chunk;
  return { chunk_id: id, ...rest };
}

function placeOf({ document_id, title, filename, page }: ChunkRow): SameText {
  return { document_id, title, filename, page };
}
