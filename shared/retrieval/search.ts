import { AppError } from '#shared/core/errors.ts';
import type { ChunkRow, LexicalMatch } from '#shared/db/chunks.ts';
import * as chunks from '#shared/db/chunks.ts';
import type { SearchScope } from '#shared/db/document-filter.ts';
import * as documents from '#shared/db/documents.ts';
import * as indexedDocuments from '#shared/db/indexed-documents.ts';
import * as teams from '#shared/db/teams.ts';
import { log } from '#shared/observability/log.ts';
import { measureRetrieval } from '#shared/observability/metrics.ts';
import { queryTerms, topicTerms } from '#shared/text/query-terms.ts';
import type { VectorMatch } from '#shared/vectors/store.ts';
import { vectorStore } from '#shared/vectors/vector-store.ts';
import { embed } from './embedder-client.ts';
import { fuse, type RetrieverResult } from './fusion.ts';
import { similarityRelevance } from './similarity.ts';

type SearchMode = 'hybrid' | 'vector' | 'lexical';

type SearchRequest = {
  query: string;
  topK: number;
  mode: SearchMode;
  scope: SearchScope;
  /** The team's weights of the two retrievers; read from the database when the caller has not read them. */
  team?: RetrieverWeights;
};

type RetrieverWeights = { vector_weight: number; lexical_weight: number };

export type SearchHit = {
  chunk_id: string;
  document_id: string;
  filename: string;
  page: number | null;
  heading: string | null;
  text: string;
  start: number;
  end: number;
  score: number;
  scores: { vector: number | null; lexical: number | null; rerank: number | null };
};

type SearchTimings = {
  embed: number | null;
  vector: number | null;
  lexical: number | null;
  rerank: number | null;
  total: number;
};

type VectorResult = { matches: VectorMatch[]; model: string; embedMs: number; vectorMs: number };
type LexicalResult = { matches: LexicalMatch[]; topic: string[]; lexicalMs: number };

/** A match on a single word is trusted less the larger the library: × 1/(1 + chunks/30), but never below 0.4. */
const HALF_TRUST_CHUNKS = 30;
const LEAST_TRUST = 0.4;

/**
 * Finds the passages of a team that match a query, best first. Both retrievers run at the same time; their matches
 * are fused by rank and then read from PostgreSQL, so that a deleted chunk is never shown. Times are milliseconds.
 * When all vectors are of another model than the embedder's, a hybrid search uses the lexical retriever alone.
 * @throws AppError `model_mismatch` in that case for a search by vectors alone, `dependency_unavailable`
 */
export async function search(
  teamId: string,
  request: SearchRequest,
): Promise<{ hits: SearchHit[]; tookMs: SearchTimings }> {
  const startedAt = performance.now();
  const [team, vector, lexical] = await Promise.all([
    request.team ?? teams.find(teamId),
    request.mode === 'lexical' ? null : searchVectors(teamId, request).catch(fallBackToWords(request)),
    request.mode === 'vector' ? null : searchTerms(teamId, request),
  ]);
  const results: RetrieverResult[] = [
    ...(vector ? [{ weight: team?.vector_weight ?? 1, matches: rateVectorMatches(vector) }] : []),
    ...(lexical ? [{ weight: team?.lexical_weight ?? 1, matches: rateLexicalMatches(lexical) }] : []),
  ];
  const ranked = fuse(results).slice(0, candidateCount(request));
  const found = await chunks.listByIds(
    teamId,
    request.scope,
    ranked.map(({ id }) => id),
  );
  const hits = toHits({ ranked, chunks: found, vector, lexical }).slice(0, request.topK);
  const tookMs = {
    embed: roundMs(vector?.embedMs),
    vector: roundMs(vector?.vectorMs),
    lexical: roundMs(lexical?.lexicalMs),
    rerank: null,
    total: roundMs(performance.now() - startedAt) ?? 0,
  };
  measureRetrieval(tookMs);
  return { hits, tookMs };
}

/** Matches taken from each retriever: enough for fusion to see those that both rank in the middle. */
function candidateCount({ topK }: SearchRequest): number {
  return Math.max(50, topK * 4);
}

/** After a change of the model, hybrid search finds documents by their words until they are indexed anew. */
function fallBackToWords({ mode }: SearchRequest): (error: unknown) => null {
  return (error) => {
    if (mode !== 'hybrid' || !(error instanceof AppError) || error.code !== 'model_mismatch') throw error;
    log.warn('Searched by words alone', { code: error.code, detail: error.message });
    return null;
  };
}

async function searchVectors(teamId: string, request: SearchRequest): Promise<VectorResult> {
  const startedAt = performance.now();
  const [embedded, models, switchedOff] = await Promise.all([
    embed({ inputs: [request.query], kind: 'query' }),
    documents.listEmbeddingModels(teamId),
    indexedDocuments.listSwitchedOff(teamId),
  ]);
  const embeddedAt = performance.now();
  const model = embedded.identity;
  if (models.length > 0 && !models.includes(model)) {
    throw new AppError(
      'model_mismatch',
      `The documents were embedded by ${models.join(', ')}, but the embedder now serves ${model}.`,
    );
  }
  const documentIds = await findSearchedDocuments(teamId, request.scope);
  const { collectionIds } = request.scope;
  const hasNothing = models.length === 0 || documentIds?.length === 0 || collectionIds?.length === 0;
  const wanted = {
    vector: embedded.embeddings[0] ?? [],
    limit: candidateCount(request),
    collectionIds: collectionIds ?? undefined,
    documentIds: documentIds ?? undefined,
    // Their vectors stay: among the nearest they would take the places of passages that may be shown.
    exceptDocumentIds: switchedOff,
  };
  const matches = hasNothing ? [] : await vectorStore().query({ teamId, model }, wanted);
  const vectorMs = performance.now() - embeddedAt;
  return { matches, model, embedMs: embeddedAt - startedAt, vectorMs };
}

/**
 * The documents to which a vector search is limited; null for all. Conditions are resolved to documents beforehand:
 * vector stores do not know metadata, and filtering the nearest few afterwards could leave none.
 */
async function findSearchedDocuments(teamId: string, scope: SearchScope): Promise<string[] | null> {
  return scope.conditions.length > 0 ? await chunks.listFindableDocuments(teamId, scope) : scope.documentIds;
}

async function searchTerms(teamId: string, request: SearchRequest): Promise<LexicalResult> {
  const startedAt = performance.now();
  const terms = queryTerms(request.query);
  const topic = topicTerms(request.query);
  const wanted = { terms, topic, limit: candidateCount(request) };
  const matches = terms.length === 0 ? [] : await chunks.searchPostings(teamId, request.scope, wanted);
  return { matches, topic, lexicalMs: performance.now() - startedAt };
}

/** Drops matches no more similar than unrelated texts are: vector search always returns something. */
function rateVectorMatches({ matches, model }: VectorResult): RetrieverResult['matches'] {
  return matches
    .map(({ id, similarity }) => ({ id, relevance: similarityRelevance(model, similarity) }))
    .filter(({ relevance }) => relevance > 0);
}

/**
 * Lowers the relevance when no passage contains two of the topic's terms ("why is the sky blue?" and a blue button).
 * The more passages were searched, the more likely is it that one of them contains a single term by chance.
 */
function rateLexicalMatches({ matches, topic }: LexicalResult): RetrieverResult['matches'] {
  const isSingleTerm = topic.length > 1 && matches.every(({ topics }) => topics < 2);
  return matches.map(({ id, coverage, searched }) => {
    const trust = isSingleTerm ? Math.max(LEAST_TRUST, 1 / (1 + searched / HALF_TRUST_CHUNKS)) : 1;
    return { id, relevance: coverage * trust };
  });
}

type HitParts = {
  ranked: { id: string; score: number }[];
  chunks: ChunkRow[];
  vector: VectorResult | null;
  lexical: LexicalResult | null;
};

function toHits({ ranked, chunks, vector, lexical }: HitParts): SearchHit[] {
  const byId = new Map(chunks.map((chunk) => [chunk.id, chunk]));
  const similarities = new Map(vector?.matches.map(({ id, similarity }) => [id, similarity]));
  const bm25 = new Map(lexical?.matches.map(({ id, score }) => [id, score]));
  return ranked.flatMap(({ id, score }) => {
    const chunk = byId.get(id);
    if (!chunk) return [];
    const { document_id, filename, page, heading, text, start, end } = chunk;
    const scores = { vector: similarities.get(id) ?? null, lexical: bm25.get(id) ?? null, rerank: null };
    return [{ chunk_id: id, document_id, filename, page, heading, text, start, end, score, scores }];
  });
}

function roundMs(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms * 10) / 10;
}
