import { AppError } from '#shared/core/errors.ts';
import type { ChunkRow } from '#shared/db/chunks.ts';
import type { SearchScope } from '#shared/db/document-filter.ts';
import * as teams from '#shared/db/teams.ts';
import { log } from '#shared/observability/log.ts';
import { measureRetrieval } from '#shared/observability/metrics.ts';
import type { ScoreBounds } from './calibration.ts';
import { findCandidates, type Legs } from './candidates.ts';
import { diversify } from './diversify.ts';
import type { Reranker } from './embedder-client.ts';
import type { RetrieverWeights } from './rank-matches.ts';
import { knownReranker, rerankCandidates } from './rerank-candidates.ts';
import { embedQueries, type QueryVector, searchVectors } from './search-vectors.ts';
import { searchWords } from './search-words.ts';
import type { Signals } from './signals.ts';
import { toHits } from './to-hits.ts';

type SearchMode = 'hybrid' | 'vector' | 'lexical';

type SearchRequest = {
  topK: number;
  /** Further hits behind the first `topK`, of which the caller may put some in their place; default 0. */
  spare?: number;
  mode: SearchMode;
  scope: SearchScope;
  /** The team's weights of the two retrievers; read from the database when the caller has not read them. */
  team?: RetrieverWeights;
};

/** Another document, or another place of the same one, that says the same as a hit. */
export type SameText = { document_id: string; title: string; filename: string; page: number | null };

export type SearchHit = Omit<ChunkRow, 'id'> & {
  chunk_id: string;
  /**
   * In [0, 1]. Of the best hit the probability that it answers the query; of others less, by their fused score or by
   * the reranker.
   */
  score: number;
  scores: { vector: number | null; lexical: number | null; rerank: number | null };
  also_in: SameText[];
};

type SearchTimings = {
  embed: number | null;
  vector: number | null;
  lexical: number | null;
  rerank: number | null;
  total: number;
};

export type SearchAnswer = {
  hits: SearchHit[];
  /** `lexical_only`: the embedder or the vector store could not answer a hybrid search. */
  degraded: 'lexical_only' | null;
  tookMs: SearchTimings;
  /** The score of the best hit, 0 without one: 0.5 and more means that the documents probably have the answer. */
  answerable: number;
  /** What `answerable` means for a bot. */
  bounds: ScoreBounds;
  /** What `answerable` was computed from; null without hits. */
  signals: Signals | null;
};

/**
 * Finds the passages of a team that match a query, best first. Both retrievers run at the same time; their matches
 * are fused by score and then read from PostgreSQL, so that a deleted chunk is never shown. Each text is listed once,
 * and the reranker, where the embedder has one, judges the best. Times are milliseconds.
 * A hybrid search uses the lexical retriever alone when the other one cannot answer.
 * @throws AppError `model_mismatch` or `dependency_unavailable` for a search by vectors alone, the latter when the
 *   database cannot be reached
 */
export async function search(
  teamId: string,
  { query, ...request }: SearchRequest & { query: string },
): Promise<SearchAnswer> {
  const [answer] = await searchEach(teamId, [query], request);
  if (!answer) throw new Error('A search returned no answer');
  return answer;
}

/** Searches for several queries at the same time, which are embedded in one call. @throws as `search` */
export async function searchEach(
  teamId: string,
  queries: string[],
  request: SearchRequest,
): Promise<SearchAnswer[]> {
  const embedded = request.mode === 'lexical' ? null : embedQueries(queries);
  // Each search handles the failure; none may be left by the time that it happens.
  embedded?.catch(() => undefined);
  const shared = {
    weights: request.team ? Promise.resolve(request.team) : teams.find(teamId),
    reranker: knownReranker(),
    searches: queries.length,
  };
  return await Promise.all(
    queries.map((query, at) =>
      searchOne(teamId, { ...request, query }, { ...shared, vector: embedded && vectorAt(embedded, at) }),
    ),
  );
}

type Shared = {
  weights: Promise<RetrieverWeights | null>;
  reranker: Promise<Reranker | null>;
  searches: number;
  /** Null for a search by words alone. */
  vector: Promise<QueryVector> | null;
};

async function searchOne(
  teamId: string,
  request: SearchRequest & { query: string },
  { weights, reranker, searches, vector }: Shared,
): Promise<SearchAnswer> {
  const startedAt = performance.now();
  const { query, scope, mode, topK, spare } = request;
  const times: Legs[] = [];
  const found = await findCandidates(teamId, {
    query,
    scope,
    topK,
    weights,
    async retrieve(limit) {
      const legs = await askRetrievers(teamId, { query, scope, mode, limit, vector });
      times.push(legs);
      return legs;
    },
  });
  const isDegraded = mode === 'hybrid' && !found.legs.vector;
  const { list, rerankMs } = await rerankCandidates(found.list, {
    query,
    // An embedder that could not embed the query cannot rank the passages either.
    reranker: isDegraded ? null : await reranker,
    searches,
  });
  const hits = toHits(diversify(list, { limit: topK, spare }), found.ranking);
  const total = roundMs(performance.now() - startedAt) ?? 0;
  const tookMs = { ...retrievalTimes(times), rerank: roundMs(rerankMs), total };
  measureRetrieval(tookMs);
  return {
    hits,
    degraded: isDegraded ? 'lexical_only' : null,
    tookMs,
    answerable: hits[0]?.score ?? 0,
    bounds: found.ranking.bounds,
    signals: found.ranking.signals,
  };
}

type Asked = Pick<SearchRequest, 'scope' | 'mode'> &
  Pick<Shared, 'vector'> & { query: string; limit: number };

async function askRetrievers(teamId: string, { query, scope, mode, limit, vector }: Asked): Promise<Legs> {
  const [byMeaning, lexical] = await Promise.all([
    vector && searchVectors(teamId, { embedded: vector, scope, limit }).catch(fallBackToWords(mode)),
    mode === 'vector' ? null : searchWords(teamId, { query, scope, limit }),
  ]);
  return { vector: byMeaning, lexical };
}

async function vectorAt(embedded: Promise<QueryVector[]>, at: number): Promise<QueryVector> {
  const vector = (await embedded)[at];
  if (!vector) throw new Error('The embedder left a query out');
  return vector;
}

/** Words still answer when the embedder is down, or when its model changed and documents have the old one's vectors. */
function fallBackToWords(mode: SearchMode): (error: unknown) => null {
  return (error) => {
    if (mode !== 'hybrid' || !(error instanceof AppError)) throw error;
    log.warn('Searched by words alone', { code: error.code, detail: error.message });
    return null;
  };
}

/** The times of the retrievers, each the sum of all that it was asked for; null for one that found nothing out. */
function retrievalTimes(times: Legs[]): Pick<SearchTimings, 'embed' | 'vector' | 'lexical'> {
  const sum = (ms: (legs: Legs) => number | undefined) => {
    const all = times.map(ms).filter((each) => each !== undefined);
    return all.length > 0 ? roundMs(all.reduce((total, each) => total + each)) : null;
  };
  return {
    embed: roundMs(times[0]?.vector?.embedMs ?? null),
    vector: sum(({ vector }) => vector?.vectorMs),
    lexical: sum(({ lexical }) => lexical?.lexicalMs),
  };
}

function roundMs(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 10) / 10;
}
