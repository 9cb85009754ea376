import { runAll, toVisibility, type Visibility, visibilityStatements } from './collection-members.ts';
import { queueOldVectors } from './outbox.ts';
import { inlineUuid } from './reader.ts';
import { asWorker, inTeam, teamRows } from './scope.ts';

/** Condition: search finds the document, unless it is switched off. Its active generation is complete, whatever its newest attempt does. */
const INDEXED = `active_generation IS NOT NULL AND embedding_model IS NOT NULL AND status <> 'deleting'`;

/** A document's active generation, and the number of vectors that it must have. */
export type IndexedDocument = {
  id: string;
  team_id: string;
  model: string;
  generation: number;
  chunks: number;
};

/**
 * One page of the indexed documents of all teams, or of one, in order of id: those with ids above `after`. Runs as
 * the worker role.
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

/** The number of indexed documents per embedding model, of all teams or of one. Runs as the worker role. */
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

/** The number of indexed documents of all teams. Runs as the worker role. */
export async function count(): Promise<number> {
  return await asWorker(async (db) => {
    const { rows } = await db.query<{ count: number }>(
      `SELECT count(*)::integer AS count FROM documents WHERE ${INDEXED}`,
    );
    return rows[0]?.count ?? 0;
  });
}

/** A document's active generation; null when it has none. */
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

/** What a search by vectors must know beforehand. */
export type IndexSummary = {
  /** The embedding models of the documents that the reader sees; several while documents are being re-embedded. */
  models: string[];
  /** Those of these documents that are switched off: their vectors stay. */
  switchedOff: string[];
  collections: Visibility;
};

/** Reads what vector stores do not know: models, documents that are switched off, and what the reader does not see. */
export async function summarize(teamId: string): Promise<IndexSummary> {
  return await inTeam(teamId, async (db) => {
    const summary = `SELECT coalesce(array_agg(DISTINCT embedding_model), '{}') AS models,
        coalesce(array_agg(id) FILTER (WHERE NOT enabled), '{}') AS "switchedOff"
      FROM documents WHERE team_id = '${inlineUuid(teamId)}' AND ${INDEXED}`;
    const [first, ...rest] = await runAll(`${summary}; ${visibilityStatements(teamId)}`, db);
    const [{ models, switchedOff } = { models: [], switchedOff: [] }] = (first?.rows ?? []) as Summary[];
    return { models, switchedOff, collections: toVisibility(rest) };
  });
}

type Summary = Pick<IndexSummary, 'models' | 'switchedOff'>;

/**
 * Records that the active generation has the vectors of another model now, and queues the deletion of the old ones.
 * @returns false when this generation is no longer the active one
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
     ), rest AS (${queueOldVectors('$4')})
     SELECT id FROM now_is`,
    { values: [document.team_id, document.id, document.generation, model] },
  );
  return rows.length > 0;
}

/** Whether this generation is still the active one. */
export async function isCurrent(document: IndexedDocument): Promise<boolean> {
  const rows = await teamRows(
    document.team_id,
    `SELECT 1 FROM documents WHERE team_id = $1 AND id = $2 AND active_generation = $3 AND ${INDEXED}`,
    { values: [document.team_id, document.id, document.generation] },
  );
  return rows.length > 0;
}
