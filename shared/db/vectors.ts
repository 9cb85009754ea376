import type { VectorMatch, VectorQuery, VectorRecord, VectorSpace } from '../vectors/store.ts';
import { leaveOldVectors } from './outbox.ts';
import { asWorker, type Db, inTeam, teamRows, unscoped } from './scope.ts';

type OfDocument = { documentId: string; generation?: number };

/** Of a query's nearest: what `hnsw.ef_search` takes at most, and its own default as the least. */
const MAX_EF_SEARCH = 1_000;
const MIN_EF_SEARCH = 40;
/** A document that readers find: whatever its newest attempt is doing, this generation is complete. */
const INDEXED = `active_generation IS NOT NULL AND embedding_model IS NOT NULL AND status <> 'deleting'`;

/** Adds or replaces vectors by chunk id; the ids of one call are distinct. */
export async function upsertVectors({ teamId, model }: VectorSpace, records: VectorRecord[]): Promise<void> {
  await teamRows(
    teamId,
    `INSERT INTO vectors (team_id, model, chunk_id, document_id, generation, collection_id, embedding)
     SELECT $1, $2, chunk_id, document_id, generation, collection_id, embedding::halfvec
     FROM unnest($3::uuid[], $4::uuid[], $5::integer[], $6::uuid[], $7::text[])
       AS given (chunk_id, document_id, generation, collection_id, embedding)
     ON CONFLICT (team_id, model, chunk_id) DO UPDATE SET document_id = excluded.document_id,
       generation = excluded.generation, collection_id = excluded.collection_id, embedding = excluded.embedding`,
    {
      values: [
        teamId,
        model,
        records.map(({ id }) => id),
        records.map(({ documentId }) => documentId),
        records.map(({ generation }) => generation),
        records.map(({ collectionId }) => collectionId),
        records.map(({ vector }) => literal(vector)),
      ],
    },
  );
}

/**
 * The nearest vectors by cosine. An HNSW walk filters what it passes and may end before it has met enough rows of
 * a small team among many; what it found too few of is searched again without it, over the few rows that match.
 */
export async function searchVectors(space: VectorSpace, wanted: VectorQuery): Promise<VectorMatch[]> {
  return await inTeam(space.teamId, async (db) => {
    const efSearch = Math.min(MAX_EF_SEARCH, Math.max(MIN_EF_SEARCH, wanted.limit));
    await db.query(
      `SELECT set_config('hnsw.iterative_scan', 'strict_order', true), set_config('hnsw.ef_search', $1, true)`,
      [String(efSearch)],
    );
    const found = await nearest(space, wanted, { order: 'distance', db });
    return found.length < wanted.limit ? await nearest(space, wanted, { order: 'distance + 0', db }) : found;
  });
}

type Nearest = {
  /** As an expression no index is sorted by it, so that every row is compared. */
  order: 'distance' | 'distance + 0';
  db: Db;
};

async function nearest(
  { teamId, model }: VectorSpace,
  { vector, limit, collectionIds, documentIds }: VectorQuery,
  { order, db }: Nearest,
): Promise<VectorMatch[]> {
  // A number of ours, not a placeholder: the planner has to see that the dimension's index answers this.
  const dimensions = vector.length;
  const distance = `(embedding::halfvec(${dimensions}) <=> $3::halfvec(${dimensions}))`;
  const { rows } = await db.query<VectorMatch>(
    `SELECT chunk_id AS id, 1 - ${distance} AS similarity FROM vectors
     WHERE team_id = $1 AND model = $2 AND vector_dims(embedding) = ${dimensions}
       AND ($5::uuid[] IS NULL OR collection_id = ANY ($5))
       AND ($6::uuid[] IS NULL OR document_id = ANY ($6))
     ORDER BY ${order.replace('distance', distance)} LIMIT $4`,
    [teamId, model, literal(vector), limit, collectionIds ?? null, documentIds ?? null],
  );
  return rows;
}

/** How many vectors one generation of a document has. */
export async function countVectors(
  { teamId, model }: VectorSpace,
  document: Required<OfDocument>,
): Promise<number> {
  const rows = await teamRows<{ count: number }>(
    teamId,
    `SELECT count(*)::integer AS count FROM vectors
     WHERE team_id = $1 AND model = $2 AND document_id = $3 AND generation = $4`,
    { values: [teamId, model, document.documentId, document.generation] },
  );
  return rows[0]?.count ?? 0;
}

/** One generation of a document, in half precision as it is stored. */
export async function listVectors(
  { teamId, model }: VectorSpace,
  { documentId, generation }: Required<OfDocument>,
): Promise<VectorRecord[]> {
  const rows = await teamRows<{ id: string; collectionId: string; embedding: string }>(
    teamId,
    `SELECT chunk_id AS id, collection_id AS "collectionId", embedding::text AS embedding FROM vectors
     WHERE team_id = $1 AND model = $2 AND document_id = $3 AND generation = $4 ORDER BY chunk_id`,
    { values: [teamId, model, documentId, generation] },
  );
  return rows.map(({ id, collectionId, embedding }) => {
    return { id, documentId, generation, collectionId, vector: JSON.parse(embedding) as number[] };
  });
}

/** Removes a document's vectors: of one generation, or all. */
export async function deleteVectors(
  { teamId, model }: VectorSpace,
  { documentId, generation }: OfDocument,
): Promise<void> {
  await teamRows(
    teamId,
    `DELETE FROM vectors WHERE team_id = $1 AND model = $2 AND document_id = $3
       AND ($4::integer IS NULL OR generation = $4)`,
    { values: [teamId, model, documentId, generation ?? null] },
  );
}

/** Removes every vector that a team has of a model. */
export async function deleteVectorSpace({ teamId, model }: VectorSpace): Promise<void> {
  await teamRows(teamId, 'DELETE FROM vectors WHERE team_id = $1 AND model = $2', {
    values: [teamId, model],
  });
}

/** Rejects when the database, or the table in it, is not there. */
export async function pingVectors(): Promise<void> {
  await unscoped((db) => db.query('SELECT FROM vectors LIMIT 0'));
}

/** pgvector's text form. */
function literal(vector: number[]): string {
  return JSON.stringify(vector);
}

/** A generation of a document that readers see, and how many vectors it must have. */
export type IndexedDocument = {
  id: string;
  team_id: string;
  model: string;
  generation: number;
  chunks: number;
};

/**
 * The documents of all teams, or of one, that have vectors, by id; for the worker role, after the last one of the page
 * before.
 */
export async function listIndexedDocuments(
  after: string | null,
  limit: number,
  teamId: string | null = null,
): Promise<IndexedDocument[]> {
  return await asWorker(async (db) => {
    const { rows } = await db.query<IndexedDocument>(
      `SELECT id, team_id, embedding_model AS model, active_generation AS generation, chunk_count AS chunks
       FROM documents WHERE ${INDEXED} AND ($1::uuid IS NULL OR id > $1) AND ($3::uuid IS NULL OR team_id = $3)
       ORDER BY id LIMIT $2`,
      [after, limit, teamId],
    );
    return rows;
  });
}

/** How many documents of all teams, or of one, have vectors of which model; for the worker role. */
export async function countDocumentsByModel(teamId: string | null): Promise<Record<string, number>> {
  return await asWorker(async (db) => {
    const { rows } = await db.query<{ model: string; count: number }>(
      `SELECT embedding_model AS model, count(*)::integer AS count FROM documents
       WHERE ${INDEXED} AND ($1::uuid IS NULL OR team_id = $1) GROUP BY 1 ORDER BY 1`,
      [teamId],
    );
    return Object.fromEntries(rows.map(({ model, count }) => [model, count]));
  });
}

/** How many documents of all teams have vectors; for the worker role. */
export async function countIndexedDocuments(): Promise<number> {
  return await asWorker(async (db) => {
    const { rows } = await db.query<{ count: number }>(
      `SELECT count(*)::integer AS count FROM documents WHERE ${INDEXED}`,
    );
    return rows[0]?.count ?? 0;
  });
}

/** A document's generation that readers see; null when they see none. */
export async function findIndexedDocument(
  teamId: string,
  documentId: string,
): Promise<(IndexedDocument & { collection_id: string }) | null> {
  const rows = await teamRows<IndexedDocument & { collection_id: string }>(
    teamId,
    `SELECT id, team_id, embedding_model AS model, active_generation AS generation, chunk_count AS chunks, collection_id
     FROM documents WHERE team_id = $1 AND id = $2 AND ${INDEXED}`,
    { values: [teamId, documentId] },
  );
  return rows[0] ?? null;
}

/**
 * Notes that the vectors of the generation that readers see are another model's now, and leaves the old ones to the
 * outbox. @returns false when readers see another generation, or none
 */
export async function adoptModel(document: IndexedDocument, model: string): Promise<boolean> {
  const rows = await teamRows(
    document.team_id,
    `WITH was AS (
       SELECT embedding_model FROM documents
       WHERE team_id = $1 AND id = $2 AND active_generation = $3 AND ${INDEXED} FOR UPDATE
     ), now_is AS (
       UPDATE documents SET embedding_model = $4 FROM was WHERE documents.team_id = $1 AND documents.id = $2
       RETURNING documents.id
     ), rest AS (${leaveOldVectors('$4')})
     SELECT id FROM now_is`,
    { values: [document.team_id, document.id, document.generation, model] },
  );
  return rows.length > 0;
}

/** Whether readers still see this generation of the document. */
export async function isIndexed(document: IndexedDocument): Promise<boolean> {
  const rows = await teamRows(
    document.team_id,
    `SELECT 1 FROM documents WHERE team_id = $1 AND id = $2 AND active_generation = $3 AND ${INDEXED}`,
    { values: [document.team_id, document.id, document.generation] },
  );
  return rows.length > 0;
}
