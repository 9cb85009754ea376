import { section } from '#shared/core/config.ts';
import { chromaStore } from './chroma.ts';
import { pgvectorStore } from './pgvector.ts';
import type { VectorStore } from './store.ts';

const vectorsConfig = section('vectors');

/** All vector stores, by their value of the setting `VECTOR_STORE`. */
export const VECTOR_STORES = { chroma: chromaStore, pgvector: pgvectorStore } satisfies Record<
  string,
  VectorStore
>;

/** The vector store this deployment uses. */
export function vectorStore(): VectorStore {
  return VECTOR_STORES[vectorsConfig().VECTOR_STORE];
}
