import { AppError } from '#shared/core/errors.ts';
import type { ChunkRow } from '#shared/db/chunks.ts';
import * as chunks from '#shared/db/chunks.ts';
import type { SearchScope } from '#shared/db/document-filter.ts';
import * as teams from '#shared/db/teams.ts';
import { log } from '#shared/observability/log.ts';
import { measureRetrieval } from '#shared/observability/metrics.ts';
import type { ScoreBounds } from './calibration.ts';
import { type RetrieverWeights, rankMatches } from './rank-matches.ts';
import { searchVectors } from './search-vectors.ts';
import { searchWords } from './search-words.ts';
import type { Signals } from './signals.ts';
import { toHits } from './to-hits.ts';

type SearchMode = 'hybrid' | 'vector' | 'lexical';

type SearchRequest = {
  query: string;
  topK: number;
  mode: SearchMode;
  scope: SearchScope;
  /** The team's weights of the two retrievers; read from the database when the caller has not read them. */
  team?: RetrieverWeights;
};

/** Another document, or another place of the same one, that says the same as a hit. */
export type SameText = { document_id: string; title: string; filename: string; page: number | null };

export type SearchHit = Pick<
  ChunkRow,
  | 'document_id'
  | 'title'
  | 'filename'
  | 'page'
  | 'heading'
  | 'text'
  | 'lines'
  | 'start'
  | 'end'
  | 'created_at'
  | 'metadata'
> & {
  chunk_id: string;
  /** In [0, 1]. Of the best hit the probability that it answers the query; of others less, by their fused score. */
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
 * are fused by score and then read from PostgreSQL, so that a deleted chunk is never shown. Times are milliseconds.
 * A hybrid search uses the lexical retriever alone when the other one cannot answer.
 * @throws AppError `model_mismatch` or `dependency_unavailable` for a search by vectors alone, the latter when the
 *   database cannot be reached
 */
export async function search(teamId: string, request: SearchRequest): Promise<SearchAnswer> {
  const startedAt = performance.now();
  const { query, scope, mode, topK } = request;
  const wanted = { query, scope, limit: candidateCount(request) };
  const [weights, vector, lexical] = await Promise.all([
    request.team ?? teams.find(teamId),
    mode === 'lexical' ? null : searchVectors(teamId, wanted).catch(fallBackToWords(mode)),
    mode === 'vector' ? null : searchWords(teamId, wanted),
  ]);
  const found = await rankMatches({ query, weights, vector, lexical, limit: wanted.limit }, (ids) =>
    chunks.listByIds(teamId, scope, ids),
  );
  const hits = toHits(found, topK);
  const tookMs = {
    embed: roundMs(vector?.embedMs),
    vector: roundMs(vector?.vectorMs),
    lexical: roundMs(lexical?.lexicalMs),
    rerank: null,
    total: roundMs(performance.now() - startedAt) ?? 0,
  };
  measureRetrieval(tookMs);
  const degraded = mode === 'hybrid' && !vector ? 'lexical_only' : null;
  const { signals, bounds } = found;
  return { hits, degraded, tookMs, answerable: hits[0]?.score ?? 0, bounds, signals };
}

/** Matches taken from each retriever: enough for fusion to see those that both rank in the middle. */
function candidateCount({ topK }: SearchRequest): number {
  return Math.max(50, topK * 4);
}

/** Words still answer when the embedder is down, or when its model changed and documents have the old one's vectors. */
function fallBackToWords(mode: SearchMode): (error: unknown) => null {
  return (error) => {
    if (mode !== 'hybrid' || !(error instanceof AppError)) throw error;
    log.warn('Searched by words alone', { code: error.code, detail: error.message });
    return null;
  };
}

function roundMs(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms * 10) / 10;
}
