import type { ChunkRow } from '#shared/db/chunks.ts';
import { collapse } from './collapse.ts';
import type { RankedMatch, Ranking } from './rank-matches.ts';
import type { SameText, SearchHit } from './search.ts';

/** The hits of a ranking, each text once, with scores that never rise. */
export function toHits({ ranked, probability, similarities, bm25 }: Ranking, topK: number): SearchHit[] {
  const best = ranked[0]?.share ?? 0;
  const listed = ranked.map((match) => {
    const { id, score, chunk } = match;
    return { id, score, text: chunk.text, created_at: chunk.created_at, match };
  });
  let least = probability;
  return collapse(listed, topK).map(({ hit: { match }, copies }) => {
    least = Math.min(least, best > 0 ? (probability * match.share) / best : probability);
    return {
      ...hitOf(match),
      score: least,
      scores: {
        vector: similarities.get(match.id) ?? null,
        lexical: bm25.get(match.id) ?? null,
        rerank: null,
      },
      also_in: copies.map((copy) => placeOf(copy.match.chunk)),
    };
  });
}

function hitOf({ id, chunk }: RankedMatch): Omit<SearchHit, 'score' | 'scores' | 'also_in'> {
  const { document_id, title, filename, page, heading, text, lines, start, end, created_at, metadata } =
    chunk;
  return {
    chunk_id: id,
    document_id,
    title,
    filename,
    page,
    heading,
    text,
    lines,
    start,
    end,
    created_at,
    metadata,
  };
}

function placeOf({ document_id, title, filename, page }: ChunkRow): SameText {
  return { document_id, title, filename, page };
}
