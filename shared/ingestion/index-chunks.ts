import { v5 as uuidv5 } from 'uuid';
import type { Chunk } from '#shared/chunking/chunk.ts';
import type { StoredChunk } from '#shared/db/chunks.ts';
import * as chunks from '#shared/db/chunks.ts';
import type { Attempt, Step } from '#shared/db/ingestion.ts';
import * as ingestion from '#shared/db/ingestion.ts';
import * as postingRows from '#shared/db/postings.ts';
import { type Db, inTeam } from '#shared/db/scope.ts';
import { embed } from '#shared/retrieval/embedder-client.ts';
import { vectorStore } from '#shared/vectors/vector-store.ts';
import { indexedText, wordsOf } from './index-words.ts';

/** Chunks per embedding request. */
export const EMBED_BATCH = 64;
const INSERT_BATCH = 500;

type Indexing = Attempt & {
  teamId: string;
  collectionId: string;
  filename: string;
  /** The title to store, unless the document has one, and to find every chunk by. */
  title: string;
  chunks: Chunk[];
  model: string;
  progress(step: Step): Promise<void>;
  /** Called in the transaction that makes the chunks visible to readers. */
  onActivated(db: Db): Promise<void>;
};

/** A chunk's id, always the same within one attempt: writing a chunk twice stores it once. */
function chunkId({ documentId, generation }: Attempt, ordinal: number): string {
  return uuidv5(`${generation}:${ordinal}`, documentId);
}

/**
 * Writes an attempt's vectors, chunks and lexical index, counts them in both stores, and only then makes them
 * visible to readers. Progress runs from 0.25 to 1.
 * @returns false when the attempt lost its document in the meantime
 */
export async function indexChunks(work: Indexing): Promise<boolean> {
  const stored = work.chunks.map((chunk) => ({ ...chunk, id: chunkId(work, chunk.ordinal) }));
  await writeVectors(work, stored);
  await work.progress({ status: 'indexing', progress: 0.85 });
  const lexicalLength = await writeText(work, stored);
  await work.progress({ status: 'indexing', progress: 0.95 });
  await requireAllStored(work);
  const { teamId } = work;
  const tokens = stored.reduce((sum, chunk) => sum + chunk.tokens, 0);
  const active = await inTeam(teamId, async (db) => {
    const won = await ingestion.activate(teamId, work, {
      totals: { chunks: stored.length, tokens, lexicalLength },
      title: work.title,
      db,
    });
    if (!won) return false;
    await chunks.removeGenerations(teamId, work, { keep: 'this', db });
    await work.onActivated(db);
    return true;
  });
  if (active) await removeOldVectors(work);
  return active;
}

async function writeVectors(work: Indexing, chunks: StoredChunk[]): Promise<void> {
  for (let at = 0; at < chunks.length; at += EMBED_BATCH) {
    const batch = chunks.slice(at, at + EMBED_BATCH);
    await embedChunks(work, batch, { onTooLong: 'truncate' });
    await work.progress({
      status: 'embedding',
      progress: 0.25 + (0.6 * (at + batch.length)) / chunks.length,
    });
  }
}

type Space = Pick<Indexing, 'teamId' | 'model' | 'documentId' | 'generation' | 'collectionId'>;

/**
 * Embeds chunks of a document and stores their vectors. `onTooLong`: what happens to a chunk that exceeds the model's
 * window; `refuse` throws `input_too_long`.
 * @throws AppError as `embed`
 */
export async function embedChunks(
  { teamId, model, documentId, generation, collectionId }: Space,
  chunks: StoredChunk[],
  { onTooLong }: { onTooLong: 'truncate' | 'refuse' },
): Promise<void> {
  const truncate = onTooLong === 'truncate';
  const inputs = chunks.map(indexedText);
  const { embeddings } = await embed({ inputs, kind: 'passage', identity: model, truncate });
  const records = chunks.map((chunk, index) => {
    return { id: chunk.id, documentId, generation, collectionId, vector: embeddings[index] ?? [] };
  });
  await vectorStore().upsert({ teamId, model }, records);
}

/** @returns the number of lexical terms in all chunks */
async function writeText(work: Indexing, stored: StoredChunk[]): Promise<number> {
  const { teamId } = work;
  for (let at = 0; at < stored.length; at += INSERT_BATCH) {
    const batch = stored.slice(at, at + INSERT_BATCH);
    await inTeam(teamId, (db) => chunks.insert(teamId, work, { chunks: batch, db }));
  }
  const { postings, length } = wordsOf(work, stored);
  for (let at = 0; at < postings.length; at += INSERT_BATCH * 10) {
    const batch = postings.slice(at, at + INSERT_BATCH * 10);
    await inTeam(teamId, (db) => postingRows.insert(teamId, work, { postings: batch, db }));
  }
  return length;
}

/** @throws Error unless both stores hold every chunk: a document that is `ready` is complete */
async function requireAllStored(work: Indexing): Promise<void> {
  const { teamId, model } = work;
  const wanted = work.chunks.length;
  const [inPostgres, inVectors] = await Promise.all([
    chunks.count(teamId, work),
    vectorStore().count({ teamId, model }, work),
  ]);
  if (inPostgres !== wanted || inVectors !== wanted) {
    throw new Error(`Of ${wanted} chunks Postgres holds ${inPostgres} and the vector store ${inVectors}`);
  }
}

async function removeOldVectors({ teamId, model, documentId, generation }: Indexing): Promise<void> {
  for (let old = 1; old < generation; old += 1)
    await vectorStore().remove({ teamId, model }, { documentId, generation: old });
}

/** Removes what an attempt wrote before it failed or lost its document. */
export async function discardAttempt({
  teamId,
  documentId,
  generation,
  model,
}: Attempt & { teamId: string; model: string | null }): Promise<void> {
  await chunks.removeGenerations(teamId, { documentId, generation }, { keep: 'others' });
  if (model) await vectorStore().remove({ teamId, model }, { documentId, generation });
}
