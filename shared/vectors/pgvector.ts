import { type Db, inTeam, teamRows, unscoped } from '#shared/db/scope.ts';
import { batchesOf } from './batches.ts';
import type { VectorMatch, VectorQuery, VectorRecord, VectorSpace, VectorStore } from './store.ts';

/** Numbers of a statement: about 2 MB of text, 500 vectors of 384 dimensions. */
const MAX_NUMBERS = 192_000;
/** The bounds of `hnsw.ef_search` here: PostgreSQL allows at most 1,000, and its default is 40. */
const MAX_EF_SEARCH = 1_000;
const MIN_EF_SEARCH = 40;

type OfDocument = { documentId: string; generation?: number };

/**
 * Vectors in the platform's PostgreSQL, in one table under row-level security. Needs pgvector ≥ 0.8 for iterative
 * index scans. `migrations/pgvector` creates the table; `migrate` runs it only where this store is configured.
 */
export const pgvectorStore: VectorStore = { upsert, query, count, list, move, remove, drop, ping };

async function upsert(space: VectorSpace, records: VectorRecord[]): Promise<void> {
  for (const batch of batchesOf(records, MAX_NUMBERS)) await upsertBatch(space, batch);
}

/** Adds or replaces vectors by chunk id; the ids of one call are distinct. */
async function upsertBatch({ teamId, model }: VectorSpace, records: VectorRecord[]): Promise<void> {
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
        records.map(({ vector }) => toLiteral(vector)),
      ],
    },
  );
}

/**
 * The nearest vectors by cosine. HNSW filters the rows that it visits and may stop before it has met enough rows of
 * a small team. When it returns fewer than asked for, all matching rows are compared without the index.
 */
async function query(space: VectorSpace, wanted: VectorQuery): Promise<VectorMatch[][]> {
  return await inTeam(space.teamId, async (db) => {
    const efSearch = Math.min(MAX_EF_SEARCH, Math.max(MIN_EF_SEARCH, wanted.limit));
    await db.query(
      `SELECT set_config('hnsw.iterative_scan', 'strict_order', true), set_config('hnsw.ef_search', $1, true)`,
      [String(efSearch)],
    );
    const found = await selectNearest(space, wanted, { order: 'distance', db });
    return found.some((matches) => matches.length < wanted.limit)
      ? await selectNearest(space, wanted, { order: 'distance + 0', db })
      : found;
  });
}

type Nearest = {
  /** No index is sorted by the expression `distance + 0`: with it, every matching row is compared. */
  order: 'distance' | 'distance + 0';
  db: Db;
};

/** One statement for all vectors, so that they cost one round trip. */
async function selectNearest(
  { teamId, model }: VectorSpace,
  wanted: VectorQuery,
  { order, db }: Nearest,
): Promise<VectorMatch[][]> {
  const { vectors, limit, collectionIds, documentIds, exceptDocumentIds, exceptCollectionIds } = wanted;
  const given = 7;
  const parts = vectors.map((vector, at) => {
    // Inlined, not a placeholder: the planner uses the partial index of these dimensions only for a constant.
    const dimensions = vector.length;
    const distance = `(embedding::halfvec(${dimensions}) <=> $${given + at + 1}::halfvec(${dimensions}))`;
    return `(SELECT ${at} AS at, chunk_id AS id, 1 - ${distance} AS similarity FROM vectors
       WHERE team_id = $1 AND model = $2 AND vector_dims(embedding) = ${dimensions}
         AND ($4::uuid[] IS NULL OR collection_id = ANY ($4))
         AND ($5::uuid[] IS NULL OR document_id = ANY ($5)) AND ($6::uuid[] IS NULL OR document_id <> ALL ($6))
         AND ($7::uuid[] IS NULL OR collection_id <> ALL ($7))
       ORDER BY ${order.replace('distance', distance)} LIMIT $3)`;
  });
  const { rows } = await db.query<VectorMatch & { at: number }>(parts.join('\nUNION ALL\n'), [
    teamId,
    model,
    limit,
    collectionIds ?? null,
    documentIds ?? null,
    exceptDocumentIds?.length ? exceptDocumentIds : null,
    exceptCollectionIds?.length ? exceptCollectionIds : null,
    ...vectors.map(toLiteral),
  ]);
  return vectors.map((_, at) =>
    rows
      .filter((row) => row.at === at)
      .map(({ id, similarity }) => ({ id, similarity }))
      .sort((a, b) => b.similarity - a.similarity),
  );
}

async function count({ teamId, model }: VectorSpace, document: Required<OfDocument>): Promise<number> {
  const rows = await teamRows<{ count: number }>(
    teamId,
    `SELECT count(*)::integer AS count FROM vectors
     WHERE team_id = $1 AND model = $2 AND document_id = $3 AND generation = $4`,
    { values: [teamId, model, document.documentId, document.generation] },
  );
  return rows[0]?.count ?? 0;
}

/** The vectors of one generation of a document, in half precision as they are stored. */
async function list(
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

async function move(
  { teamId, model }: VectorSpace,
  { documentId, collectionId }: { documentId: string; collectionId: string },
): Promise<void> {
  await teamRows(
    teamId,
    'UPDATE vectors SET collection_id = $4 WHERE team_id = $1 AND model = $2 AND document_id = $3',
    { values: [teamId, model, documentId, collectionId] },
  );
}

async function remove({ teamId, model }: VectorSpace, { documentId, generation }: OfDocument): Promise<void> {
  await teamRows(
    teamId,
    `DELETE FROM vectors WHERE team_id = $1 AND model = $2 AND document_id = $3
       AND ($4::integer IS NULL OR generation = $4)`,
    { values: [teamId, model, documentId, generation ?? null] },
  );
}

async function drop({ teamId, model }: VectorSpace): Promise<void> {
  await teamRows(teamId, 'DELETE FROM vectors WHERE team_id = $1 AND model = $2', {
    values: [teamId, model],
  });
}

/** @throws Error when the database cannot be reached or has no vector table */
async function ping(): Promise<void> {
  await unscoped((db) => db.query('SELECT FROM vectors LIMIT 0'));
}

/** A vector in pgvector's text form. */
function toLiteral(vector: number[]): string {
  return JSON.stringify(vector);
}
