import { leaveOldVectors } from './outbox.ts';
import { asWorker, teamRows } from './scope.ts';

/** A document that readers find: whatever its newest attempt is doing, this generation is complete. */
const INDEXED = `active_generation IS NOT NULL AND embedding_model IS NOT NULL AND status <> 'deleting'`;

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
export async function list(
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
export async function countByModel(teamId: string | null): Promise<Record<string, number>> {
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
export async function count(): Promise<number> {
  return await asWorker(async (db) => {
    const { rows } = await db.query<{ count: number }>(
      `SELECT count(*)::integer AS count FROM documents WHERE ${INDEXED}`,
    );
    return rows[0]?.count ?? 0;
  });
}

/** A document's generation that readers see; null when they see none. */
export async function find(
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
export async function isCurrent(document: IndexedDocument): Promise<boolean> {
  const rows = await teamRows(
    document.team_id,
    `SELECT 1 FROM documents WHERE team_id = $1 AND id = $2 AND active_generation = $3 AND ${INDEXED}`,
    { values: [document.team_id, document.id, document.generation] },
  );
  return rows.length > 0;
}
