import type { Posting } from '#shared/text/postings.ts';
import { conditionsValue, meetsConditions, type SearchScope } from './document-filter.ts';
import { type Db, teamRows } from './scope.ts';

/** A stored chunk. `start` and `end` are offsets into the document's text in UTF-16 code units. */
export type StoredChunk = {
  id: string;
  ordinal: number;
  text: string;
  page: number | null;
  heading: string | null;
  start: number;
  end: number;
  tokens: number;
};

type Generation = { documentId: string; generation: number };

/** Stores chunks of one generation. Idempotent: chunks that are stored already stay as they are. */
export async function insert(
  teamId: string,
  { documentId, generation }: Generation,
  { chunks, db }: { chunks: StoredChunk[]; db: Db },
) {
  await db.query(
    `INSERT INTO chunks (team_id, document_id, generation, id, ordinal, text, page, heading, start_offset, end_offset, token_count)
     SELECT $1, $2, $3, id, ordinal, text, page, heading, start, "end", tokens FROM jsonb_to_recordset($4::jsonb)
       AS c(id uuid, ordinal int, text text, page int, heading text, start int, "end" int, tokens int)
     ON CONFLICT (id) DO NOTHING`,
    [teamId, documentId, generation, JSON.stringify(chunks)],
  );
}

/** Stores the lexical index of one generation. */
export async function insertPostings(
  teamId: string,
  { documentId, generation }: Generation,
  { postings, db }: { postings: Posting[]; db: Db },
) {
  await db.query(
    `INSERT INTO postings (team_id, document_id, generation, term, ordinals, frequencies, lengths)
     SELECT $1, $2, $3, term, ordinals, frequencies, lengths FROM jsonb_to_recordset($4::jsonb)
       AS p(term text, ordinals int[], frequencies int[], lengths int[])
     ON CONFLICT DO NOTHING`,
    [teamId, documentId, generation, JSON.stringify(postings)],
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

export type ChunkRow = StoredChunk & { document_id: string; filename: string };

const COLUMNS = `c.id, c.ordinal, c.text, c.page, c.heading, c.start_offset AS start, c.end_offset AS "end",
  c.token_count AS tokens, c.document_id, d.filename`;

/** One page of the chunks of a document's active generation, in order: those with ordinals above `after`. */
export function list(
  teamId: string,
  documentId: string,
  page: { limit: number; after: number },
): Promise<ChunkRow[]> {
  return teamRows(
    teamId,
    `SELECT ${COLUMNS} FROM chunks c JOIN documents d ON d.team_id = c.team_id AND d.id = c.document_id
     WHERE c.team_id = $1 AND c.document_id = $2 AND c.generation = d.active_generation AND d.status <> 'deleting'
       AND c.ordinal > $3 ORDER BY c.ordinal LIMIT $4`,
    { values: [teamId, documentId, page.after, page.limit] },
  );
}

/** Condition: document `d` is the team's, is switched on, has an active generation and lies within the scope. */
const FINDABLE = `d.team_id = $1 AND d.enabled AND d.active_generation IS NOT NULL AND d.status <> 'deleting'
  AND ($2::uuid[] IS NULL OR d.collection_id = ANY($2)) AND ($3::uuid[] IS NULL OR d.id = ANY($3))
  AND ${meetsConditions('$4')}`;

function scopeValues(teamId: string, scope: SearchScope): unknown[] {
  return [teamId, scope.collectionIds, scope.documentIds, conditionsValue(scope.conditions)];
}

/** Ids of the documents in a scope that search may find. */
export async function listFindableDocuments(teamId: string, scope: SearchScope): Promise<string[]> {
  const sql = `SELECT d.id FROM documents d WHERE ${FINDABLE}`;
  const rows = await teamRows<{ id: string }>(teamId, sql, { values: scopeValues(teamId, scope) });
  return rows.map(({ id }) => id);
}

/** The chunks with ids that a retriever returned, without those of documents that search may not find. */
export function listByIds(teamId: string, scope: SearchScope, chunkIds: string[]): Promise<ChunkRow[]> {
  return teamRows(
    teamId,
    `SELECT ${COLUMNS} FROM chunks c JOIN documents d ON d.team_id = c.team_id AND d.id = c.document_id
     WHERE ${FINDABLE} AND c.team_id = $1 AND c.generation = d.active_generation AND c.id = ANY($5::uuid[])`,
    { values: [...scopeValues(teamId, scope), chunkIds] },
  );
}

/**
 * `score`: BM25. `coverage`: the share of the query's topic terms that the chunk holds, weighted by idf, in [0, 1].
 * `topics`: the number of those terms. `searched`: the number of chunks in scope.
 */
export type LexicalMatch = {
  id: string;
  score: number;
  coverage: number;
  topics: number;
  searched: number;
};

type LexicalQuery = {
  terms: string[];
  /** The subset of `terms` of which a match must hold at least one. Default: all. */
  topic?: string[];
  limit: number;
};

/**
 * Lexical search: BM25 (k1 1.2, b 0.75, idf as in Lucene: ln(1 + (N − df + 0.5) / (df + 0.5))) over the postings of
 * findable documents. A match holds any of the terms. N, df and the mean length are those of the scope. N is at least
 * 100, because document frequencies in a small library say little about how common a word is.
 */
export function searchPostings(
  teamId: string,
  scope: SearchScope,
  { terms, topic = terms, limit }: LexicalQuery,
): Promise<LexicalMatch[]> {
  return teamRows(
    teamId,
    `WITH findable AS (
       SELECT d.id, d.active_generation AS generation, d.chunk_count, d.lexical_length FROM documents d WHERE ${FINDABLE}
     ), totals AS (
       SELECT sum(chunk_count)::int AS searched, greatest(sum(chunk_count), 100)::float8 AS n,
         greatest(sum(lexical_length)::float8 / nullif(sum(chunk_count), 0), 1) AS mean_length
       FROM findable
     ), hits AS (
       SELECT p.* FROM postings p JOIN findable f ON f.id = p.document_id AND f.generation = p.generation
       WHERE p.team_id = $1 AND p.term = ANY($5::text[])
     ), weights AS (
       SELECT term, term = ANY($6::text[]) AS topical, ln(1 + (n - df + 0.5) / (df + 0.5)) AS idf FROM (
         SELECT q.term, coalesce(sum(cardinality(h.ordinals)), 0)::float8 AS df
         FROM unnest($5::text[]) AS q(term) LEFT JOIN hits h ON h.term = q.term GROUP BY q.term
       ) frequencies, totals
     ), ranked AS (
       SELECT h.document_id, h.generation, u.ordinal,
         sum(w.idf) FILTER (WHERE w.topical) AS matched, count(*) FILTER (WHERE w.topical)::int AS topics,
         sum(w.idf * u.tf * 2.2 / (u.tf + 1.2 * (0.25 + 0.75 * u.length / t.mean_length))) AS score
       FROM hits h JOIN weights w ON w.term = h.term CROSS JOIN totals t
         CROSS JOIN LATERAL unnest(h.ordinals, h.frequencies, h.lengths) AS u(ordinal, tf, length)
       GROUP BY 1, 2, 3 HAVING bool_or(w.topical) ORDER BY score DESC LIMIT $7
     )
     SELECT c.id, r.score, r.topics, r.matched / (SELECT sum(idf) FROM weights WHERE topical) AS coverage,
       (SELECT searched FROM totals) AS searched
     FROM ranked r JOIN chunks c ON c.team_id = $1 AND c.document_id = r.document_id AND c.generation = r.generation
       AND c.ordinal = r.ordinal
     ORDER BY r.score DESC, c.id`,
    { values: [...scopeValues(teamId, scope), terms, topic, limit] },
  );
}
