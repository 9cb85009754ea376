import { createEmbeddings } from './create-embeddings.ts';

export const routes = { createEmbeddings };
