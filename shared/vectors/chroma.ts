import { createHash } from 'node:crypto';
import { ChromaClient, type Collection, type Where } from 'chromadb';
import { section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import { withTimeout } from '#shared/core/timeout.ts';
import { unavailable } from '#shared/core/unavailable.ts';
import { log } from '#shared/observability/log.ts';
import { withTrace } from '#shared/observability/trace.ts';
import { batchesOf } from './batches.ts';
import type { VectorMatch, VectorQuery, VectorRecord, VectorSpace, VectorStore } from './store.ts';

const vectorsConfig = section('vectors');

const TIMEOUT_MS = 10_000;
/**
 * Numbers of a request: 1,000 vectors of 384 dimensions, about 5 MB of JSON. Chroma refuses larger bodies, and more than
 * 5,461 of our records on SQLite.
 */
const MAX_NUMBERS = 384_000;
/** Vectors compared one by one when the graph search found too few; takes about 10 ms. */
const MAX_EXACT = 1_000;
/** Records whose metadata one request updates; on SQLite, Chroma refuses more than 5,461. */
const MAX_MOVED = 1_000;

let client: ChromaClient | undefined;
const collections = new Map<string, Promise<Collection>>();

function chroma(): ChromaClient {
  if (!client) {
    const { CHROMA_URL } = vectorsConfig();
    if (!CHROMA_URL) throw new Error('CHROMA_URL is not set: Chroma is not the vector store here.');
    const url = new URL(CHROMA_URL);
    const ssl = url.protocol === 'https:';
    const port = Number(url.port || (ssl ? 443 : 80));
    client = new ChromaClient({ host: url.hostname, port, ssl });
  }
  return client;
}

/** Chroma allows 512 characters of [a-zA-Z0-9._-] in a name. A model's identity has others, so it is hashed. */
function collectionName({ teamId, model }: VectorSpace): string {
  return `${teamId}-${createHash('sha256').update(model).digest('hex').slice(0, 16)}`;
}

/** The space's collection, created at first use. */
async function getCollection(space: VectorSpace): Promise<Collection> {
  const name = collectionName(space);
  let found = collections.get(name);
  if (!found) {
    found = chroma().getOrCreateCollection({
      name,
      embeddingFunction: null,
      metadata: { team_id: space.teamId, model: space.model },
      configuration: { hnsw: { space: 'cosine' } },
    });
    collections.set(name, found);
    found.catch(() => collections.delete(name));
  }
  return await found;
}

/** Runs one call with a timeout. Looks the collection up again when another process has dropped it since. */
async function withCollection<T>(
  space: VectorSpace,
  run: (collection: Collection) => Promise<T>,
): Promise<T> {
  try {
    return await send(() => getCollection(space).then(run));
  } catch (error) {
    if (!isMissing(error)) throw vectorStoreUnavailable(error);
    collections.delete(collectionName(space));
  }
  return await send(() => getCollection(space).then(run)).catch((cause: unknown) => {
    throw vectorStoreUnavailable(cause);
  });
}

async function send<T>(work: () => Promise<T>): Promise<T> {
  const late = new Error(`Chroma did not answer in ${TIMEOUT_MS} ms`);
  return await withTrace({ name: 'chroma', namespace: 'remote' }, () =>
    withTimeout(work(), TIMEOUT_MS, late),
  );
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && error.name === 'ChromaNotFoundError';
}

function vectorStoreUnavailable(cause: unknown): AppError {
  return cause instanceof AppError ? cause : unavailable('The vector store cannot be reached', cause);
}

async function upsert(space: VectorSpace, records: VectorRecord[]): Promise<void> {
  for (const batch of batchesOf(records, MAX_NUMBERS)) {
    await withCollection(space, (collection) =>
      collection.upsert({
        ids: batch.map((record) => record.id),
        embeddings: batch.map((record) => record.vector),
        metadatas: batch.map(({ documentId, generation, collectionId }) => {
          return { document_id: documentId, generation, collection_id: collectionId };
        }),
      }),
    );
  }
}

async function query(space: VectorSpace, wanted: VectorQuery): Promise<VectorMatch[][]> {
  return await searchNearest(space, wanted).catch(toNoMatches(wanted));
}

/** Right after a collection's first write, Chroma has no index yet and answers a search with this error. */
function toNoMatches({ vectors }: VectorQuery): (error: unknown) => VectorMatch[][] {
  return (error) => {
    const cause = error instanceof AppError ? error.cause : error;
    if (!(cause instanceof Error) || !cause.message.includes('Nothing found on disk')) throw error;
    log.warn('Chroma has nothing to search in yet', { error: cause.message });
    return vectors.map(() => []);
  };
}

async function searchNearest(space: VectorSpace, wanted: VectorQuery): Promise<VectorMatch[][]> {
  const where = allOf(
    anyOf('collection_id', wanted.collectionIds),
    noneOf('collection_id', wanted.exceptCollectionIds),
    anyOf('document_id', wanted.documentIds),
    noneOf('document_id', wanted.exceptDocumentIds),
  );
  const found = await withCollection(space, (collection) =>
    collection.query({
      queryEmbeddings: wanted.vectors,
      nResults: wanted.limit,
      include: ['distances'],
      ...(where ? { where } : {}),
    }),
  );
  const nearest = wanted.vectors.map((_, at) => {
    const distances = found.distances[at] ?? [];
    return (found.ids[at] ?? []).map((id, index) => ({ id, similarity: 1 - (distances[index] ?? 1) }));
  });
  if (nearest.every((matches) => matches.length >= wanted.limit)) return nearest;
  const compared = await compareAll(space, wanted.vectors, where);
  return nearest.map((matches, at) => {
    const byId = new Map([...matches, ...(compared[at] ?? [])].map((match) => [match.id, match]));
    return [...byId.values()].sort((a, b) => b.similarity - a.similarity).slice(0, wanted.limit);
  });
}

/**
 * Compares each vector with all that the filter leaves, at most `MAX_EXACT`. The graph search may miss some of them:
 * behind a selective filter, or beside a cluster of equal vectors. It did so, or there are few, when it returns fewer
 * than asked for.
 */
async function compareAll(
  space: VectorSpace,
  vectors: number[][],
  where: Where | undefined,
): Promise<VectorMatch[][]> {
  const { ids, embeddings } = await withCollection(space, (collection) =>
    collection.get({ limit: MAX_EXACT, include: ['embeddings'], ...(where ? { where } : {}) }),
  );
  const others = embeddings.map((each) => ({ vector: each ?? [], length: Math.hypot(...(each ?? [])) }));
  return vectors.map((vector) => {
    const length = Math.hypot(...vector);
    return others.map((other, index) => {
      const product = other.vector.reduce((sum, value, i) => sum + value * (vector[i] ?? 0), 0);
      return { id: ids[index] ?? '', similarity: product / (length * other.length || 1) };
    });
  });
}

async function count(
  space: VectorSpace,
  document: { documentId: string; generation: number },
): Promise<number> {
  const found = await withCollection(space, (collection) =>
    collection.get({ where: ofDocument(document) as Where, include: [] }),
  );
  return found.ids.length;
}

async function list(
  space: VectorSpace,
  document: { documentId: string; generation: number },
): Promise<VectorRecord[]> {
  const where = ofDocument(document) as Where;
  const found = await withCollection(space, (collection) =>
    collection.get({ where, include: ['embeddings', 'metadatas'] }),
  );
  return found.ids.map((id, index) => {
    const collectionId = String(found.metadatas[index]?.collection_id);
    return { ...document, id, collectionId, vector: found.embeddings[index] ?? [] };
  });
}

/** Chroma merges the metadata of an update into what is stored. */
async function move(
  space: VectorSpace,
  { documentId, collectionId }: { documentId: string; collectionId: string },
): Promise<void> {
  const where = ofDocument({ documentId }) as Where;
  const { ids } = await withCollection(space, (collection) => collection.get({ where, include: [] }));
  for (let at = 0; at < ids.length; at += MAX_MOVED) {
    const batch = ids.slice(at, at + MAX_MOVED);
    const metadatas = batch.map(() => ({ collection_id: collectionId }));
    await withCollection(space, (collection) => collection.update({ ids: batch, metadatas }));
  }
}

async function remove(
  space: VectorSpace,
  document: { documentId: string; generation?: number },
): Promise<void> {
  await withCollection(space, (collection) => collection.delete({ where: ofDocument(document) as Where }));
}

async function drop(space: VectorSpace): Promise<void> {
  collections.delete(collectionName(space));
  await send(() => chroma().deleteCollection({ name: collectionName(space) })).catch((cause: unknown) => {
    if (!isMissing(cause)) throw vectorStoreUnavailable(cause);
  });
}

async function ping(): Promise<void> {
  await send(() => chroma().heartbeat());
}

function ofDocument({
  documentId,
  generation,
}: {
  documentId: string;
  generation?: number;
}): Where | undefined {
  return allOf({ document_id: documentId }, generation === undefined ? undefined : { generation });
}

function anyOf(field: string, values: string[] | undefined): Where | undefined {
  return values ? { [field]: { $in: values } } : undefined;
}

function noneOf(field: string, values: string[] = []): Where | undefined {
  return values.length > 0 ? { [field]: { $nin: values } } : undefined;
}

function allOf(...conditions: (Where | undefined)[]): Where | undefined {
  const given = conditions.filter((condition) => condition !== undefined);
  return given.length > 1 ? { $and: given } : given[0];
}

/** Vectors in a Chroma server (1.x Rust, v2 API). */
export const chromaStore: VectorStore = { upsert, query, count, list, move, remove, drop, ping };
