import { AppError } from '#shared/core/errors.ts';
import * as chunks from '#shared/db/chunks.ts';
import type { SearchScope } from '#shared/db/document-filter.ts';
import * as indexedDocuments from '#shared/db/indexed-documents.ts';
import type { VectorMatch } from '#shared/vectors/store.ts';
import { vectorStore } from '#shared/vectors/vector-store.ts';
import { type Background, embed } from './embedder-client.ts';

export type VectorSearch = {
  matches: VectorMatch[];
  /** Whether the store has more than these. */
  isCut: boolean;
  /** Identity of the embedding model. */
  model: string;
  background: Background | null;
  embedMs: number;
  vectorMs: number;
};

/**
 * Embeds a query and finds the passages nearest to it.
 * @throws AppError `model_mismatch` when all vectors are of another model than the embedder's, or as `embed`
 */
export async function searchVectors(
  teamId: string,
  { query, scope, limit }: { query: string; scope: SearchScope; limit: number },
): Promise<VectorSearch> {
  const startedAt = performance.now();
  const [embedded, { models, switchedOff }, documentIds] = await Promise.all([
    embed({ inputs: [query], kind: 'query' }),
    indexedDocuments.summarize(teamId),
    findSearchedDocuments(teamId, scope),
  ]);
  const embeddedAt = performance.now();
  const model = embedded.identity;
  if (models.length > 0 && !models.includes(model)) {
    throw new AppError(
      'model_mismatch',
      `The documents were embedded by ${models.join(', ')}, but the embedder now serves ${model}.`,
    );
  }
  const { collectionIds } = scope;
  const hasNothing = models.length === 0 || documentIds?.length === 0 || collectionIds?.length === 0;
  const wanted = {
    vector: embedded.embeddings[0] ?? [],
    limit,
    collectionIds: collectionIds ?? undefined,
    documentIds: documentIds ?? undefined,
    // Their vectors stay: among the nearest they would take the places of passages that may be shown.
    exceptDocumentIds: switchedOff,
  };
  const matches = hasNothing ? [] : await vectorStore().query({ teamId, model }, wanted);
  return {
    matches,
    isCut: matches.length >= limit,
    model,
    background: embedded.backgrounds?.[0] ?? null,
    embedMs: embeddedAt - startedAt,
    vectorMs: performance.now() - embeddedAt,
  };
}

/**
 * The documents to which a vector search is limited; null for all. Conditions are resolved to documents beforehand:
 * vector stores do not have metadata, and filtering the nearest few afterwards could leave none.
 */
async function findSearchedDocuments(teamId: string, scope: SearchScope): Promise<string[] | null> {
  return scope.conditions.length > 0 ? await chunks.listFindableDocuments(teamId, scope) : scope.documentIds;
}
