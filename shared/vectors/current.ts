import { chromaStore } from './chroma.ts';
import type { VectorStore } from './store.ts';

/** The vector store this deployment uses. */
export function vectorStore(): VectorStore {
  return chromaStore;
}
