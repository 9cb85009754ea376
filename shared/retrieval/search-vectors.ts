import { AppError } from '#shared/core/errors.ts';
import * as chunks from '#shared/db/chunks.ts';
import type { Visibility } from '#shared/db/collection-members.ts';
import type { SearchScope } from '#shared/db/document-filter.ts';
import * as indexedDocuments from '#shared/db/indexed-documents.ts';
import type { VectorMatch, VectorQuery } from '#shared/vectors/store.ts';
import { vectorStore } from '#shared/vectors/vector-store.ts';
import { type Background, embed, findLanguageAxis } from './embedder-client.ts';
import { asksInKorean } from './language-correction.ts';
import { type LevelledQuery, levelQuery } from './level-languages.ts';

export type QueryVector = {
  vector: number[];
  /** Identity of the embedding model. */
  model: string;
  background: Background | null;
  /** The query without its language; null for a model of which no language axis is known. */
  levelled: LevelledQuery | null;
  embedMs: number;
};

export type VectorSearch = Omit<QueryVector, 'vector' | 'levelled'> & {
  matches: VectorMatch[];
  /**
   * The nearest to the query without its language, among them those in another language that `matches` has no place
   * for; on the scale of `matches`. Null where no language axis is known.
   */
  levelled: VectorMatch[] | null;
  /** Whether the store has more than these. */
  isCut: boolean;
  vectorMs: number;
};

/** Embeds queries in one call. @returns the vector of each @throws as `embed` */
export async function embedQueries(queries: string[]): Promise<QueryVector[]> {
  const startedAt = performance.now();
  const { embeddings, identity, backgrounds } = await embed({ inputs: queries, kind: 'query' });
  const axis = await findLanguageAxis(identity);
  const embedMs = performance.now() - startedAt;
  return embeddings.map((vector, at) => {
    const language = asksInKorean(queries[at] ?? '') ? 'ko' : 'en';
    const levelled = axis && levelQuery(vector, axis, language);
    return { vector, model: identity, background: backgrounds?.[at] ?? null, levelled, embedMs };
  });
}

type Wanted = { embedded: Promise<QueryVector>; scope: SearchScope; limit: number };

/**
 * Finds the passages nearest to a query. What else it needs is read while the query is being embedded.
 * @throws AppError `model_mismatch` when all vectors are of another model than the embedder's, or as `embed`
 */
export async function searchVectors(
  teamId: string,
  { embedded, scope, limit }: Wanted,
): Promise<VectorSearch> {
  const [query, { models, switchedOff, collections }, documentIds] = await Promise.all([
    embedded,
    indexedDocuments.summarize(teamId),
    findSearchedDocuments(teamId, scope),
  ]);
  const startedAt = performance.now();
  const { vector, model, background, levelled, embedMs } = query;
  if (models.length > 0 && !models.includes(model)) {
    throw new AppError(
      'model_mismatch',
      `The documents were embedded by ${models.join(', ')}, but the embedder now serves ${model}.`,
    );
  }
  const searched = searchedCollections(scope.collectionIds, collections);
  const hasNothing = models.length === 0 || documentIds?.length === 0 || searched.collectionIds?.length === 0;
  const wanted = {
    vectors: levelled ? [vector, levelled.vector] : [vector],
    limit,
    ...searched,
    documentIds: documentIds ?? undefined,
    // Their vectors stay: among the nearest they would take the places of passages that may be shown.
    exceptDocumentIds: switchedOff,
  };
  const [matches = [], others = []] = hasNothing ? [] : await vectorStore().query({ teamId, model }, wanted);
  const vectorMs = performance.now() - startedAt;
  const isCut = matches.length >= limit;
  return {
    matches,
    levelled: levelled && levelledBy(levelled, others),
    isCut,
    model,
    background,
    embedMs,
    vectorMs,
  };
}

function levelledBy({ similarityOf }: LevelledQuery, matches: VectorMatch[]): VectorMatch[] {
  return matches.map(({ id, similarity }) => ({ id, similarity: similarityOf(similarity) }));
}

/**
 * The collections to which a vector search is limited. Those that the reader does not see are left out beforehand: among
 * the nearest they would take the places of passages that he may see. The shorter of the two lists is sent.
 */
function searchedCollections(
  asked: string[] | null,
  { visible, hidden }: Visibility,
): Pick<VectorQuery, 'collectionIds' | 'exceptCollectionIds'> {
  if (asked) return { collectionIds: asked.filter((id) => !hidden.includes(id)) };
  if (hidden.length === 0) return {};
  return hidden.length <= visible.length ? { exceptCollectionIds: hidden } : { collectionIds: visible };
}

/**
 * The documents to which a vector search is limited; null for all. Conditions are resolved to documents beforehand:
 * vector stores do not have metadata, and filtering the nearest few afterwards could leave none.
 */
async function findSearchedDocuments(teamId: string, scope: SearchScope): Promise<string[] | null> {
  return scope.conditions.length > 0 ? await chunks.listFindableDocuments(teamId, scope) : scope.documentIds;
}
