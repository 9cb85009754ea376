/**
 * An index over chunks in Postgres, which stays the truth: a store may lose or keep too much, and no reader is
 * shown what Postgres does not have. One space per team and embedding model, so a forgotten filter cannot cross teams.
 */
export type VectorStore = {
  /** Adds or replaces vectors by id. */
  upsert(space: VectorSpace, records: VectorRecord[]): Promise<void>;
  /** The nearest vectors by cosine similarity, best first. */
  query(space: VectorSpace, query: VectorQuery): Promise<VectorMatch[]>;
  /** How many vectors one generation of a document has. */
  count(space: VectorSpace, document: DocumentGeneration): Promise<number>;
  /** The vectors of one generation of a document, in no order; a store may keep them in less precision. */
  list(space: VectorSpace, document: DocumentGeneration): Promise<VectorRecord[]>;
  /** Removes a document's vectors: of one generation, or all. */
  remove(space: VectorSpace, document: { documentId: string; generation?: number }): Promise<void>;
  /** Removes a whole space. */
  drop(space: VectorSpace): Promise<void>;
  /** Rejects when the store cannot be reached. */
  ping(): Promise<void>;
};

/** `model` is the embedder's identity (`model@revision:quant:pooling`): vectors of two models never mix. */
export type VectorSpace = { teamId: string; model: string };

type DocumentGeneration = { documentId: string; generation: number };

export type VectorRecord = DocumentGeneration & { id: string; collectionId: string; vector: number[] };

export type VectorQuery = {
  vector: number[];
  limit: number;
  collectionIds?: string[] | undefined;
  documentIds?: string[] | undefined;
};

/** `similarity` is the cosine, in [-1, 1]. */
export type VectorMatch = { id: string; similarity: number };
