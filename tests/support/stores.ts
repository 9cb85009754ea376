import { documentKey, originalKey } from '#shared/aws/document-keys.ts';
import { objectExists } from '#shared/aws/storage.ts';
import { loadConfig } from '#shared/core/config.ts';
import { vectorStore } from '#shared/vectors/vector-store.ts';
import { withDatabase } from './database.ts';
import { usePlatformSettings } from './platform.ts';

/** What the stores hold of a document, read without the API. */
export type Stored = {
  /** Whether its row exists, even as a tombstone. */
  row: boolean;
  chunks: number;
  postings: number;
  vectors: number;
  object: boolean;
};

/** Connects this process to the platform's stores. Call it in `beforeAll`. */
export async function useStores(): Promise<void> {
  await usePlatformSettings();
  await loadConfig('auth', 'database', 'embedder', 'http', 'queue', 'storage', 'vectors');
}

/** Counts what each store holds of a document. `model` is its `embedding_model`. */
export async function storedOf(teamId: string, documentId: string, model: string): Promise<Stored> {
  const [rows, [matches = []], objects] = await Promise.all([
    withDatabase((db) =>
      db.query<{ row: boolean; chunks: number; postings: number }>(
        `SELECT EXISTS (SELECT FROM documents WHERE id = $1) AS row,
           (SELECT count(*)::int FROM chunks WHERE document_id = $1) AS chunks,
           (SELECT count(*)::int FROM postings WHERE document_id = $1) AS postings`,
        [documentId],
      ),
    ),
    vectorStore().query({ teamId, model }, { ...EVERYTHING, documentIds: [documentId] }),
    Promise.all([documentKey, originalKey].map((key) => objectExists(key(teamId, documentId)))),
  ]);
  const { row = false, chunks = 0, postings = 0 } = rows.rows[0] ?? {};
  return { row, chunks, postings, vectors: matches.length, object: objects.includes(true) };
}

const EVERYTHING = { vectors: [Array.from({ length: 384 }, () => 1 / Math.sqrt(384))], limit: 1_000 };

/** The counts of a document that is completely deleted. */
export const NOTHING_STORED: Stored = { row: false, chunks: 0, postings: 0, vectors: 0, object: false };

/** Changes a document's row, to simulate the passage of time or a fault. */
export async function patchDocument(documentId: string, changes: string): Promise<void> {
  await withDatabase((db) => db.query(`UPDATE documents SET ${changes} WHERE id = $1`, [documentId]));
}
