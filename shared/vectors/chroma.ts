import { createHash } from 'node:crypto';
import { ChromaClient, type Collection, type Where } from 'chromadb';
import { config } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import { log } from '#shared/observability/log.ts';
import { traced } from '#shared/observability/trace.ts';
import { batchesOf } from './batches.ts';
import type { VectorMatch, VectorQuery, VectorRecord, VectorSpace, VectorStore } from './store.ts';

const TIMEOUT_MS = 10_000;
/**
 * Numbers of a request: 1,000 vectors of 384 dimensions, about 5 MB of JSON. Chroma refuses larger bodies, and more than
 * 5,461 records of ours on SQLite.
 */
const MAX_NUMBERS = 384_000;
/** How many vectors are compared one by one where the graph found too few: about 10 ms. */
const MAX_EXACT = 1_000;

let client: ChromaClient | undefined;
const collections = new Map<string, Promise<Collection>>();

function chroma(): ChromaClient {
  if (!client) {
    const { CHROMA_URL } = config('vectors');
    if (!CHROMA_URL) throw new Error('CHROMA_URL is not set: Chroma is not the vector store here.');
    const url = new URL(CHROMA_URL);
    const ssl = url.protocol === 'https:';
    const port = Number(url.port || (ssl ? 443 : 80));
    client = new ChromaClient({ host: url.hostname, port, ssl });
  }
  return client;
}

/** Chroma's names allow 512 characters of [a-zA-Z0-9._-]; a model's identity has others, so it is hashed. */
function nameOf({ teamId, model }: VectorSpace): string {
  return `${teamId}-${createHash('sha256').update(model).digest('hex').slice(0, 16)}`;
}

/** The space's collection, made at first use. */
async function open(space: VectorSpace): Promise<Collection> {
  const name = nameOf(space);
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

/** Runs one call with a timeout. A collection that another process dropped and made anew is looked up once more. */
async function call<T>(space: VectorSpace, run: (collection: Collection) => Promise<T>): Promise<T> {
  try {
    return await withTimeout(() => open(space).then(run));
  } catch (error) {
    if (!isMissing(error)) throw unreachable(error);
    collections.delete(nameOf(space));
  }
  return await withTimeout(() => open(space).then(run)).catch((cause: unknown) => {
    throw unreachable(cause);
  });
}

async function withTimeout<T>(work: () => Promise<T>): Promise<T> {
  return await traced({ name: 'chroma', namespace: 'remote' }, () => inTime(work()));
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`Chroma did not answer in ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
  return await Promise.race([work, promise]).finally(() => clearTimeout(timer));
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && error.name === 'ChromaNotFoundError';
}

function unreachable(cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  return new AppError('dependency_unavailable', 'The vector store cannot be reached; try again shortly.', {
    cause,
    retryAfterSeconds: 5,
  });
}

async function upsert(space: VectorSpace, records: VectorRecord[]): Promise<void> {
  for (const batch of batchesOf(records, MAX_NUMBERS)) {
    await call(space, (collection) =>
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

async function query(space: VectorSpace, wanted: VectorQuery): Promise<VectorMatch[]> {
  return await nearest(space, wanted).catch(noneYet);
}

/** For a moment after a collection's first write Chroma has nothing to search in, which it reports as an error of its own. */
function noneYet(error: unknown): VectorMatch[] {
  const cause = error instanceof AppError ? error.cause : error;
  if (!(cause instanceof Error) || !cause.message.includes('Nothing found on disk')) throw error;
  log.warn('Chroma has nothing to search in yet', { error: cause.message });
  return [];
}

async function nearest(space: VectorSpace, wanted: VectorQuery): Promise<VectorMatch[]> {
  const where = all(anyOf('collection_id', wanted.collectionIds), anyOf('document_id', wanted.documentIds));
  const found = await call(space, (collection) =>
    collection.query({
      queryEmbeddings: [wanted.vector],
      nResults: wanted.limit,
      include: ['distances'],
      ...(where ? { where } : {}),
    }),
  );
  const distances = found.distances[0] ?? [];
  const matches = (found.ids[0] ?? []).map((id, index) => ({ id, similarity: 1 - (distances[index] ?? 1) }));
  if (matches.length >= wanted.limit) return matches;
  const compared = await compareAll(space, wanted.vector, where);
  const byId = new Map([...matches, ...compared].map((match) => [match.id, match]));
  return [...byId.values()].sort((a, b) => b.similarity - a.similarity).slice(0, wanted.limit);
}

/**
 * The graph walk can miss what a filter leaves, or what lies apart from a crowd of equals. Fewer matches than were
 * asked for mean that there are few to begin with, or that some were missed: then those left are compared one by one.
 */
async function compareAll(
  space: VectorSpace,
  vector: number[],
  where: Where | undefined,
): Promise<VectorMatch[]> {
  const { ids, embeddings } = await call(space, (collection) =>
    collection.get({ limit: MAX_EXACT, include: ['embeddings'], ...(where ? { where } : {}) }),
  );
  const length = Math.hypot(...vector);
  return ids.map((id, index) => {
    const other = embeddings[index] ?? [];
    const product = other.reduce((sum, value, i) => sum + value * (vector[i] ?? 0), 0);
    return { id, similarity: product / (length * Math.hypot(...other) || 1) };
  });
}

async function count(
  space: VectorSpace,
  document: { documentId: string; generation: number },
): Promise<number> {
  const found = await call(space, (collection) =>
    collection.get({ where: ofDocument(document) as Where, include: [] }),
  );
  return found.ids.length;
}

async function list(
  space: VectorSpace,
  document: { documentId: string; generation: number },
): Promise<VectorRecord[]> {
  const where = ofDocument(document) as Where;
  const found = await call(space, (collection) =>
    collection.get({ where, include: ['embeddings', 'metadatas'] }),
  );
  return found.ids.map((id, index) => {
    const collectionId = String(found.metadatas[index]?.collection_id);
    return { ...document, id, collectionId, vector: found.embeddings[index] ?? [] };
  });
}

async function remove(
  space: VectorSpace,
  document: { documentId: string; generation?: number },
): Promise<void> {
  await call(space, (collection) => collection.delete({ where: ofDocument(document) as Where }));
}

async function drop(space: VectorSpace): Promise<void> {
  collections.delete(nameOf(space));
  await withTimeout(() => chroma().deleteCollection({ name: nameOf(space) })).catch((cause: unknown) => {
    if (!isMissing(cause)) throw unreachable(cause);
  });
}

async function ping(): Promise<void> {
  await withTimeout(() => chroma().heartbeat());
}

function ofDocument({
  documentId,
  generation,
}: {
  documentId: string;
  generation?: number;
}): Where | undefined {
  return all({ document_id: documentId }, generation === undefined ? undefined : { generation });
}

function anyOf(field: string, values: string[] | undefined): Where | undefined {
  return values ? { [field]: { $in: values } } : undefined;
}

function all(...conditions: (Where | undefined)[]): Where | undefined {
  const given = conditions.filter((condition) => condition !== undefined);
  return given.length > 1 ? { $and: given } : given[0];
}

/** Vectors in a Chroma server (1.x Rust, v2 API). */
export const chromaStore: VectorStore = { upsert, query, count, list, remove, drop, ping };
