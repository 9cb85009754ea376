import type { Chunk } from '#shared/chunking/chunk.ts';
import { packLines, type StoredLine, unpackLines } from '#shared/core/box.ts';
import { conditionsValue, meetsConditions, type SearchScope } from './document-filter.ts';
import { type Db, teamRows } from './scope.ts';

/** A stored chunk. `start` and `end` are offsets into the document's text in UTF-16 code units. */
export type StoredChunk = Chunk & { id: string };

export type Generation = { documentId: string; generation: number };

/** Stores chunks of one generation. Idempotent: chunks that are stored already stay as they are. */
export async function insert(
  teamId: string,
  { documentId, generation }: Generation,
  { chunks, db }: { chunks: StoredChunk[]; db: Db },
) {
  await db.query(
    `INSERT INTO chunks (team_id, document_id, generation, id, ordinal, text, page, heading, start_offset, end_offset, token_count, boxes)
     SELECT $1, $2, $3, id, ordinal, text, page, heading, start, "end", tokens, boxes FROM jsonb_to_recordset($4::jsonb)
       AS c(id uuid, ordinal int, text text, page int, heading text, start int, "end" int, tokens int, boxes jsonb)
     ON CONFLICT (id) DO NOTHING`,
    [
      teamId,
      documentId,
      generation,
      JSON.stringify(chunks.map(({ lines, ...chunk }) => ({ ...chunk, boxes: packLines(lines) }))),
    ],
  );
}

/** The number of stored chunks of one generation. */
export async function count(
  teamId: string,
  { documentId, generation }: Generation,
  db?: Db,
): Promise<number> {
  const rows = await teamRows<{ count: number }>(
    teamId,
    'SELECT count(*)::int AS count FROM chunks WHERE team_id = $1 AND document_id = $2 AND generation = $3',
    { values: [teamId, documentId, generation], db },
  );
  return rows[0]?.count ?? 0;
}

/** Removes the chunks and postings of this generation, or of all others. */
export async function removeGenerations(
  teamId: string,
  { documentId, generation }: Generation,
  { keep, db }: { keep: 'this' | 'others'; db?: Db },
): Promise<void> {
  const which = keep === 'this' ? 'generation <> $3' : 'generation = $3';
  const values = [teamId, documentId, generation];
  for (const table of ['postings', 'chunks']) {
    await teamRows(teamId, `DELETE FROM ${table} WHERE team_id = $1 AND document_id = $2 AND ${which}`, {
      values,
      db,
    });
  }
}

export type ChunkRow = StoredChunk & {
  document_id: string;
  filename: string;
  /** The title, creation time and metadata of its document. */
  title: string;
  created_at: Date;
  metadata: Record<string, unknown>;
};

type StoredRow = Omit<ChunkRow, 'lines'> & { boxes: StoredLine[] | null };

function toChunkRow({ boxes, ...row }: StoredRow): ChunkRow {
  return { ...row, lines: unpackLines(boxes) };
}

const COLUMNS = `c.id, c.ordinal, c.text, c.page, c.heading, c.start_offset AS start, c.end_offset AS "end",
  c.token_count AS tokens, c.boxes, c.document_id, d.filename, d.title, d.created_at, d.metadata`;

/** One page of the chunks of a document's active generation, in order: those with ordinals above `after`. */
export async function list(
  teamId: string,
  documentId: string,
  page: { limit: number; after: number },
): Promise<ChunkRow[]> {
  const rows = await teamRows<StoredRow>(
    teamId,
    `SELECT ${COLUMNS} FROM chunks c JOIN documents d ON d.team_id = c.team_id AND d.id = c.document_id
     WHERE c.team_id = $1 AND c.document_id = $2 AND c.generation = d.active_generation AND d.status <> 'deleting'
       AND c.ordinal > $3 ORDER BY c.ordinal LIMIT $4`,
    { values: [teamId, documentId, page.after, page.limit] },
  );
  return rows.map((row) => toChunkRow(row));
}

/** A chunk of a document's active generation; null when there is none of that id. */
export async function find(teamId: string, documentId: string, chunkId: string): Promise<ChunkRow | null> {
  const [row] = await teamRows<StoredRow>(
    teamId,
    `SELECT ${COLUMNS} FROM chunks c JOIN documents d ON d.team_id = c.team_id AND d.id = c.document_id
     WHERE c.team_id = $1 AND c.document_id = $2 AND c.id = $3 AND c.generation = d.active_generation
       AND d.status <> 'deleting'`,
    { values: [teamId, documentId, chunkId] },
  );
  return row ? toChunkRow(row) : null;
}

/** Condition: document `d` is the team's, is switched on, has an active generation and lies within the scope. */
export const FINDABLE = `d.team_id = $1 AND d.enabled AND d.active_generation IS NOT NULL AND d.status <> 'deleting'
  AND ($2::uuid[] IS NULL OR d.collection_id = ANY($2)) AND ($3::uuid[] IS NULL OR d.id = ANY($3))
  AND ${meetsConditions('$4')}`;

/** The values `$1` to `$4` of `FINDABLE`. */
export function scopeValues(teamId: string, scope: SearchScope): unknown[] {
  return [teamId, scope.collectionIds, scope.documentIds, conditionsValue(scope.conditions)];
}

/** Ids of the documents in a scope that search may find. */
export async function listFindableDocuments(teamId: string, scope: SearchScope): Promise<string[]> {
  const sql = `SELECT d.id FROM documents d WHERE ${FINDABLE}`;
  const rows = await teamRows<{ id: string }>(teamId, sql, { values: scopeValues(teamId, scope) });
  return rows.map(({ id }) => id);
}

/** The chunks right before and after these in their documents, without these; as `listByIds`. */
export async function listNeighbours(
  teamId: string,
  scope: SearchScope,
  chunkIds: string[],
): Promise<ChunkRow[]> {
  const rows = await teamRows<StoredRow>(
    teamId,
    `WITH near AS (
       SELECT DISTINCT h.document_id, h.generation, h.ordinal + step AS ordinal
       FROM chunks h CROSS JOIN unnest(ARRAY[-1, 1]) AS step WHERE h.team_id = $1 AND h.id = ANY($5::uuid[])
     )
     SELECT ${COLUMNS} FROM near n
       JOIN chunks c ON c.team_id = $1 AND c.document_id = n.document_id AND c.generation = n.generation
         AND c.ordinal = n.ordinal
       JOIN documents d ON d.team_id = c.team_id AND d.id = c.document_id AND d.active_generation = c.generation
     WHERE ${FINDABLE} AND c.team_id = $1 AND c.id <> ALL($5::uuid[])`,
    { values: [...scopeValues(teamId, scope), chunkIds] },
  );
  return rows.map((row) => toChunkRow(row));
}

/** The chunks with ids that a retriever returned, without those of documents that search may not find. */
export async function listByIds(teamId: string, scope: SearchScope, chunkIds: string[]): Promise<ChunkRow[]> {
  const rows = await teamRows<StoredRow>(
    teamId,
    `SELECT ${COLUMNS} FROM chunks c JOIN documents d ON d.team_id = c.team_id AND d.id = c.document_id
     WHERE ${FINDABLE} AND c.team_id = $1 AND c.generation = d.active_generation AND c.id = ANY($5::uuid[])`,
    { values: [...scopeValues(teamId, scope), chunkIds] },
  );
  return rows.map((row) => toChunkRow(row));
}
