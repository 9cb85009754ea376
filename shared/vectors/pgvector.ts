import {
  countVectors,
  deleteVectorSpace,
  deleteVectors,
  listVectors,
  pingVectors,
  searchVectors,
  upsertVectors,
} from '../db/vectors.ts';
import type { VectorRecord, VectorSpace, VectorStore } from './store.ts';

/** About 2 MB of text a statement at 384 dimensions. */
const MAX_BATCH = 500;

async function upsert(space: VectorSpace, records: VectorRecord[]): Promise<void> {
  for (let at = 0; at < records.length; at += MAX_BATCH)
    await upsertVectors(space, records.slice(at, at + MAX_BATCH));
}

/**
 * Vectors in the platform's own PostgreSQL (pgvector ≥ 0.8 for iterative index scans), in one table under row-level
 * security. The table comes with `migrations/pgvector`, which `migrate` runs where this store is the chosen one.
 */
export const pgvectorStore: VectorStore = {
  upsert,
  query: searchVectors,
  count: countVectors,
  list: listVectors,
  remove: deleteVectors,
  drop: deleteVectorSpace,
  ping: pingVectors,
};
