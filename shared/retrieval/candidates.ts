import * as chunks from '#shared/db/chunks.ts';
import type { SearchScope } from '#shared/db/document-filter.ts';
import { type Cluster, groupCopies, type Listed } from './collapse.ts';
import { type RankedMatch, type Ranking, type RetrieverWeights, rankMatches } from './rank-matches.ts';
import type { VectorSearch } from './search-vectors.ts';
import type { WordSearch } from './search-words.ts';

/** What both retrievers found; null for one that was not asked or could not answer. */
export type Legs = { vector: VectorSearch | null; lexical: WordSearch | null };

/** A text of the ranking, once, with the probability that it answers. */
export type Candidate = Cluster<Listed & { match: RankedMatch }> & {
  probability: number;
  /** The reranker's probability; null where it has not judged the text. */
  rerank: number | null;
};

export type Candidates = { list: Candidate[]; ranking: Ranking; legs: Legs };

type Wanted = {
  query: string;
  scope: SearchScope;
  topK: number;
  weights: Promise<RetrieverWeights | null>;
  /** Asks the retrievers for so many matches each. */
  retrieve(limit: number): Promise<Legs>;
};

/** Matches taken from each retriever: enough for fusion to see those that both rank in the middle. */
const FEWEST = 50;
const PER_HIT = 4;
/** When copies take more than half of the places, the retrievers are asked for so many times as much. */
const DEEPER = 4;
/** pgvector's index returns no more. */
const MOST = 1_000;

/**
 * Finds the texts that match a query, each once, best first. A library may hold a text a hundred times: then the
 * copies alone would fill the list, so that the retrievers are asked again for more.
 */
export async function findCandidates(teamId: string, wanted: Wanted): Promise<Candidates> {
  const { query, scope, topK, retrieve } = wanted;
  let limit = Math.max(FEWEST, topK * PER_HIT);
  for (;;) {
    const [legs, weights] = await Promise.all([retrieve(limit), wanted.weights]);
    const ranking = await rankMatches({ query, weights, ...legs, limit }, (ids) =>
      chunks.listByIds(teamId, scope, ids),
    );
    const list = toCandidates(ranking);
    const isEnough = list.length * 2 >= ranking.ranked.length;
    if (isEnough || !ranking.isCut || limit >= MOST) return { list, ranking, legs };
    limit = Math.min(MOST, limit * DEEPER);
  }
}

/** Of the best text the probability that it answers; of others less, by their share of its fused score. */
function toCandidates({ ranked, probability }: Ranking): Candidate[] {
  const best = ranked[0]?.share ?? 0;
  const listed = ranked.map((match) => {
    const { id, score, chunk } = match;
    return { id, score, text: chunk.text, created_at: chunk.created_at, match };
  });
  return groupCopies(listed).map((cluster) => {
    const share = cluster.hit.match.share;
    return { ...cluster, probability: best > 0 ? (probability * share) / best : probability, rerank: null };
  });
}
