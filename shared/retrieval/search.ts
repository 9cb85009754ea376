import { type ChunkRow, findChunks, type LexicalMatch, type SearchScope, searchPostings } from '../db/chunks.ts';
import { listEmbeddingModels } from '../db/documents.ts';
import { findTeam } from '../db/teams.ts';
import { embed } from '../embedder-client.ts';
import { AppError } from '../errors.ts';
import { vectorStore } from '../vectors/current.ts';
import type { VectorMatch } from '../vectors/store.ts';
import { fuse, type Leg } from './fusion.ts';
import { queryTerms } from './query-terms.ts';
import { similarityFloor } from './similarity.ts';

export type SearchMode = 'hybrid' | 'vector' | 'lexical';

export type SearchRequest = { query: string; topK: number; mode: SearchMode; scope: SearchScope };

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

type Timings = { embed: number | null; vector: number | null; lexical: number | null; rerank: number | null; total: number };

type VectorLeg = { matches: VectorMatch[]; floor: number; embedMs: number; vectorMs: number };
type LexicalLeg = { matches: LexicalMatch[]; lexicalMs: number };

/**
 * Finds the passages of a team that answer a query, best first: both legs at once, fused by rank, then read from
 * Postgres, so that nothing is shown that Postgres does not have (any more). Times are milliseconds.
 * @throws AppError `model_mismatch` when the documents were embedded by another model, `dependency_unavailable`
 */
export async function search(teamId: string, request: SearchRequest): Promise<{ hits: SearchHit[]; tookMs: Timings }> {
  const startedAt = performance.now();
  const [team, vector, lexical] = await Promise.all([
    findTeam(teamId),
    request.mode === 'lexical' ? null : searchVectors(teamId, request),
    request.mode === 'vector' ? null : searchTerms(teamId, request),
  ]);
  const legs: Leg[] = [
    { weight: team?.vector_weight ?? 1, found: vector ? relevantVectors(vector) : [] },
    { weight: team?.lexical_weight ?? 1, found: lexical?.matches.map(({ id, coverage }) => ({ id, relevance: coverage })) ?? [] },
  ];
  const wanted = request.mode === 'hybrid' ? legs : legs.filter((_, index) => index === (request.mode === 'vector' ? 0 : 1));
  const ranked = fuse(wanted).slice(0, candidates(request));
  const chunks = await findChunks(
    teamId,
    request.scope,
    ranked.map(({ id }) => id),
  );
  const hits = assemble({ ranked, chunks, vector, lexical }).slice(0, request.topK);
  const tookMs = {
    embed: round(vector?.embedMs),
    vector: round(vector?.vectorMs),
    lexical: round(lexical?.lexicalMs),
    rerank: null,
    total: round(performance.now() - startedAt) ?? 0,
  };
  return { hits, tookMs };
}

/** Enough for fusion to find what both legs rank in the middle. */
function candidates({ topK }: SearchRequest): number {
  return Math.max(50, topK * 4);
}

async function searchVectors(teamId: string, request: SearchRequest): Promise<VectorLeg> {
  const startedAt = performance.now();
  const [embedded, models] = await Promise.all([
    embed({ inputs: [request.query], kind: 'query' }),
    listEmbeddingModels(teamId),
  ]);
  const embeddedAt = performance.now();
  const model = embedded.identity;
  if (models.length > 0 && !models.includes(model)) {
    throw new AppError('model_mismatch', `The documents were embedded by ${models.join(', ')}, but the embedder now serves ${model}.`);
  }
  const matches =
    models.length === 0
      ? []
      : await vectorStore().query(
          { teamId, model },
          {
            vector: embedded.embeddings[0] ?? [],
            limit: candidates(request),
            collectionIds: request.scope.collectionIds ?? undefined,
            documentIds: request.scope.documentIds ?? undefined,
          },
        );
  const vectorMs = performance.now() - embeddedAt;
  return { matches, floor: similarityFloor(model), embedMs: embeddedAt - startedAt, vectorMs };
}

async function searchTerms(teamId: string, { query, scope, ...request }: SearchRequest): Promise<LexicalLeg> {
  const startedAt = performance.now();
  const terms = queryTerms(query);
  const limit = candidates({ query, scope, ...request });
  const matches = terms.length === 0 ? [] : await searchPostings(teamId, scope, { terms, limit });
  return { matches, lexicalMs: performance.now() - startedAt };
}

/** Neighbours no nearer than strangers are no findings: a nearest neighbour always exists. */
function relevantVectors({ matches, floor }: VectorLeg): Leg['found'] {
  return matches.flatMap(({ id, similarity }) => {
    return similarity > floor ? [{ id, relevance: (similarity - floor) / (1 - floor) }] : [];
  });
}

type Parts = { ranked: { id: string; score: number }[]; chunks: ChunkRow[]; vector: VectorLeg | null; lexical: LexicalLeg | null };

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
