import { v5 as uuidv5 } from 'uuid';
import type { Chunk } from '#shared/chunking/chunk.ts';
import type { StoredChunk } from '#shared/db/chunks.ts';
import * as chunks from '#shared/db/chunks.ts';
import type { DocumentRow } from '#shared/db/documents.ts';
import type { Attempt, Step } from '#shared/db/ingestion.ts';
import * as ingestion from '#shared/db/ingestion.ts';
import * as postingRows from '#shared/db/postings.ts';
import { type Db, inTeam } from '#shared/db/scope.ts';
import { embed } from '#shared/retrieval/embedder-client.ts';
import { indexedText } from '#shared/text/passage-terms.ts';
import { vectorStore } from '#shared/vectors/vector-store.ts';
import { namesOf, wordsOf } from './index-words.ts';

/** Chunks per embedding request. */
export const EMBED_BATCH = 64;
const INSERT_BATCH = 500;

type Indexing = Attempt & {
  teamId: string;
  collectionId: string;
  /** The document as it was when the attempt began. It may be renamed or moved meanwhile. */
  document: DocumentRow;
  /** The title that its file has; null for none. */
  fileTitle: string | null;
  chunks: Chunk[];
  model: string;
  progress(step: Step): Promise<void>;
  /** Called with the document as it is by then, in the transaction that makes the chunks visible to readers. */
  onActivated(document: DocumentRow, db: Db): Promise<void>;
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
  const active = await inTeam(work.teamId, (db) => activate(work, stored, { lexicalLength, db }));
  if (active) await removeOldVectors(work);
  return active;
}

/**
 * Makes the attempt's chunks visible to readers. A name that was changed since the words were written is written now:
 * the document's row is locked, so that a later change finds the active generation and writes its words itself.
 */
async function activate(
  work: Indexing,
  stored: StoredChunk[],
  { lexicalLength, db }: { lexicalLength: number; db: Db },
): Promise<boolean> {
  const { teamId } = work;
  const document = await ingestion.lockIndexed(teamId, work, db);
  if (!document) return false;
  const [written, names] = [namesOf(work.document, work.fileTitle), namesOf(document, work.fileTitle)];
  const totals = {
    chunks: stored.length,
    tokens: stored.reduce((sum, chunk) => sum + chunk.tokens, 0),
    lexicalLength,
  };
  if (names.title !== written.title || names.filename !== written.filename) {
    const { postings, length } = wordsOf(names, stored);
    await postingRows.rewrite(teamId, work, { postings, db });
    totals.lexicalLength = length;
  }
  if (!(await ingestion.activate(teamId, work, { totals, title: names.title, db }))) return false;
  await chunks.removeGenerations(teamId, work, { keep: 'this', db });
  await work.onActivated(document, db);
  return true;
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
  const { postings, length } = wordsOf(namesOf(work.document, work.fileTitle), stored);
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
