/**
 * A vector index over the chunks in PostgreSQL, which remains the source of truth. A store may lose vectors or keep
 * stale ones: readers are shown only chunks that PostgreSQL has. Each team and embedding model has a space of its own,
 * so that a forgotten filter cannot return another team's chunks.
 */
export type VectorStore = {
  /** Adds or replaces vectors by id. */
  upsert(space: VectorSpace, records: VectorRecord[]): Promise<void>;
  /** The nearest vectors to each vector of the query by cosine similarity, best first, in one call. */
  query(space: VectorSpace, query: VectorQuery): Promise<VectorMatch[][]>;
  /** The number of vectors that one generation of a document has. */
  count(space: VectorSpace, document: DocumentGeneration): Promise<number>;
  /** The vectors of one generation of a document, in no order, in the precision in which the store keeps them. */
  list(space: VectorSpace, document: DocumentGeneration): Promise<VectorRecord[]>;
  /** Puts all vectors of a document into another collection, without embedding anything anew. */
  move(space: VectorSpace, document: { documentId: string; collectionId: string }): Promise<void>;
  /** Removes a document's vectors of one generation, or of all. */
  remove(space: VectorSpace, document: { documentId: string; generation?: number }): Promise<void>;
  /** Removes a whole space. */
  drop(space: VectorSpace): Promise<void>;
  /** Resolves when the store can be reached. @throws Error otherwise */
  ping(): Promise<void>;
};

/** `model` is the embedder's identity (`model@revision:quant:pooling`). Vectors of two models are never compared. */
export type VectorSpace = { teamId: string; model: string };

type DocumentGeneration = { documentId: string; generation: number };

export type VectorRecord = DocumentGeneration & { id: string; collectionId: string; vector: number[] };

export type VectorQuery = {
  /** At least one; all of the same dimensions. */
  vectors: number[][];
  /** Of the matches of each vector. */
  limit: number;
  collectionIds?: string[] | undefined;
  /** Collections whose vectors are passed over. */
  exceptCollectionIds?: string[] | undefined;
  documentIds?: string[] | undefined;
  /** Documents whose vectors are passed over. */
  exceptDocumentIds?: string[] | undefined;
};

/** `similarity` is the cosine, in [-1, 1]. */
export type VectorMatch = { id: string; similarity: number };
