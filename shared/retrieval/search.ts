import { AppError } from '#shared/core/errors.ts';
import type { ChunkRow, LexicalMatch, SearchScope } from '#shared/db/chunks.ts';
import * as chunks from '#shared/db/chunks.ts';
import * as documents from '#shared/db/documents.ts';
import * as teams from '#shared/db/teams.ts';
import { log } from '#shared/observability/log.ts';
import { measureRetrieval } from '#shared/observability/metrics.ts';
import { queryTerms, topicTerms } from '#shared/text/query-terms.ts';
import type { VectorMatch } from '#shared/vectors/store.ts';
import { vectorStore } from '#shared/vectors/vector-store.ts';
import { embed } from './embedder-client.ts';
import { fuse, type Leg } from './fusion.ts';
import { similarityRelevance } from './similarity.ts';

type SearchMode = 'hybrid' | 'vector' | 'lexical';

export type SearchRequest = {
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

type Timings = {
  embed: number | null;
  vector: number | null;
  lexical: number | null;
  rerank: number | null;
  total: number;
};

type VectorLeg = { matches: VectorMatch[]; model: string; embedMs: number; vectorMs: number };
type LexicalLeg = { matches: LexicalMatch[]; topic: string[]; lexicalMs: number };

/** In a library of so many chunks a single word in common counts half, in a larger one never less than … */
const HALF_TRUST_CHUNKS = 30;
const LEAST_TRUST = 0.4;

/**
 * Finds the passages of a team that answer a query, best first: both legs at once, fused by rank, then read from
 * Postgres, so that nothing is shown that Postgres does not have (any more). Times are milliseconds. Of documents whose
 * vectors are all of another model than the embedder's, a hybrid search finds what their words find.
 * @throws AppError `model_mismatch` when only vectors are searched and there are none, `dependency_unavailable`
 */
export async function search(
  teamId: string,
  request: SearchRequest,
): Promise<{ hits: SearchHit[]; tookMs: Timings }> {
  const startedAt = performance.now();
  const [team, vector, lexical] = await Promise.all([
    request.team ?? teams.find(teamId),
    request.mode === 'lexical' ? null : searchVectors(teamId, request).catch(orByWords(request)),
    request.mode === 'vector' ? null : searchTerms(teamId, request),
  ]);
  const legs: Leg[] = [
    ...(vector ? [{ weight: team?.vector_weight ?? 1, found: relevantVectors(vector) }] : []),
    ...(lexical ? [{ weight: team?.lexical_weight ?? 1, found: relevantTerms(lexical) }] : []),
  ];
  const ranked = fuse(legs).slice(0, candidates(request));
  const found = await chunks.listByIds(
    teamId,
    request.scope,
    ranked.map(({ id }) => id),
  );
  const hits = assemble({ ranked, chunks: found, vector, lexical }).slice(0, request.topK);
  const tookMs = {
    embed: round(vector?.embedMs),
    vector: round(vector?.vectorMs),
    lexical: round(lexical?.lexicalMs),
    rerank: null,
    total: round(performance.now() - startedAt) ?? 0,
  };
  measureRetrieval(tookMs);
  return { hits, tookMs };
}

/** Enough for fusion to find what both legs rank in the middle. */
function candidates({ topK }: SearchRequest): number {
  return Math.max(50, topK * 4);
}

/** Until documents are indexed anew after a change of the model, they are found by their words. */
function orByWords({ mode }: SearchRequest): (error: unknown) => null {
  return (error) => {
    if (mode !== 'hybrid' || !(error instanceof AppError) || error.code !== 'model_mismatch') throw error;
    log.warn('Searched by words alone', { code: error.code, detail: error.message });
    return null;
  };
}

async function searchVectors(teamId: string, request: SearchRequest): Promise<VectorLeg> {
  const startedAt = performance.now();
  const [embedded, models] = await Promise.all([
    embed({ inputs: [request.query], kind: 'query' }),
    documents.listEmbeddingModels(teamId),
  ]);
  const embeddedAt = performance.now();
  const model = embedded.identity;
  if (models.length > 0 && !models.includes(model)) {
    throw new AppError(
      'model_mismatch',
      `The documents were embedded by ${models.join(', ')}, but the embedder now serves ${model}.`,
    );
  }
  const documentIds = await documentsOf(teamId, request.scope);
  const nothing = models.length === 0 || documentIds?.length === 0;
  const wanted = {
    vector: embedded.embeddings[0] ?? [],
    limit: candidates(request),
    collectionIds: request.scope.collectionIds ?? undefined,
    documentIds: documentIds ?? undefined,
  };
  const matches = nothing ? [] : await vectorStore().query({ teamId, model }, wanted);
  const vectorMs = performance.now() - embeddedAt;
  return { matches, model, embedMs: embeddedAt - startedAt, vectorMs };
}

/** Vector stores know no metadata of documents, and filtering their nearest few afterwards would leave none. */
async function documentsOf(teamId: string, scope: SearchScope): Promise<string[] | null> {
  return scope.metadata ? await chunks.listFindableDocuments(teamId, scope) : scope.documentIds;
}

async function searchTerms(teamId: string, request: SearchRequest): Promise<LexicalLeg> {
  const startedAt = performance.now();
  const terms = queryTerms(request.query);
  const topic = topicTerms(request.query);
  const wanted = { terms, topic, limit: candidates(request) };
  const matches = terms.length === 0 ? [] : await chunks.searchPostings(teamId, request.scope, wanted);
  return { matches, topic, lexicalMs: performance.now() - startedAt };
}

/** Neighbours no nearer than strangers are no findings: a nearest neighbour always exists. */
function relevantVectors({ matches, model }: VectorLeg): Leg['found'] {
  return matches
    .map(({ id, similarity }) => ({ id, relevance: similarityRelevance(model, similarity) }))
    .filter(({ relevance }) => relevance > 0);
}

/**
 * One word in common is chance in a large library: where no passage holds two of the topic's terms ("why is the sky
 * blue?" and a blue button), the single ones count less, the less the more passages there are to hold them by chance.
 */
function relevantTerms({ matches, topic }: LexicalLeg): Leg['found'] {
  const lone = topic.length > 1 && matches.every(({ topics }) => topics < 2);
  return matches.map(({ id, coverage, searched }) => {
    const trust = lone ? Math.max(LEAST_TRUST, 1 / (1 + searched / HALF_TRUST_CHUNKS)) : 1;
    return { id, relevance: coverage * trust };
  });
}

type Parts = {
  ranked: { id: string; score: number }[];
  chunks: ChunkRow[];
  vector: VectorLeg | null;
  lexical: LexicalLeg | null;
};

function assemble({ ranked, chunks, vector, lexical }: Parts): SearchHit[] {
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

function round(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms * 10) / 10;
}
