import type { Posting } from '#shared/text/postings.ts';
import type { QueryTerm } from '#shared/text/search-query.ts';
import { FINDABLE, type Generation, scopeValues } from './chunks.ts';
import type { SearchScope } from './document-filter.ts';
import { type Db, inTeam, teamRows } from './scope.ts';

/** Stores the lexical index of one generation, or a part of it. */
export async function insert(
  teamId: string,
  { documentId, generation }: Generation,
  { postings, db }: { postings: Posting[]; db: Db },
): Promise<void> {
  await db.query(
    `INSERT INTO postings (team_id, document_id, generation, term, ordinals, frequencies, lengths)
     SELECT $1, $2, $3, term, ordinals, frequencies, lengths FROM jsonb_to_recordset($4::jsonb)
       AS p(term text, ordinals int[], frequencies int[], lengths int[])
     ON CONFLICT DO NOTHING`,
    [teamId, documentId, generation, JSON.stringify(postings)],
  );
}

/**
 * Replaces the lexical index of a document's active generation in one transaction. `length`: the terms of all chunks.
 * @returns false when another generation is active by now, or none
 */
export async function replace(
  teamId: string,
  { documentId, generation }: Generation,
  { postings, length }: { postings: Posting[]; length: number },
): Promise<boolean> {
  return await inTeam(teamId, async (db) => {
    const { rowCount } = await db.query(
      `UPDATE documents SET lexical_length = $4
       WHERE team_id = $1 AND id = $2 AND active_generation = $3 AND status <> 'deleting'`,
      [teamId, documentId, generation, length],
    );
    if (rowCount !== 1) return false;
    await rewrite(teamId, { documentId, generation }, { postings, db });
    return true;
  });
}

/** Stores the lexical index of one generation in the place of what is there. */
export async function rewrite(
  teamId: string,
  { documentId, generation }: Generation,
  { postings, db }: { postings: Posting[]; db: Db },
): Promise<void> {
  await db.query('DELETE FROM postings WHERE team_id = $1 AND document_id = $2 AND generation = $3', [
    teamId,
    documentId,
    generation,
  ]);
  await insert(teamId, { documentId, generation }, { postings, db });
}

/** `score`: BM25. `held`: the positions of the terms that the chunk holds, in the list of terms asked for. */
type LexicalMatch = { id: string; score: number; held: number[] };

/** `searched`: the number of chunks in scope. `frequencies`: for each term, the number of those that hold it. */
export type LexicalMatches = { searched: number; frequencies: number[]; matches: LexicalMatch[] };

type MatchesRow = {
  searched: number | null;
  frequencies: number[] | null;
  matches: [id: string, score: number, held: number[]][] | null;
};

/** A term that stands in for another one counts this share of its rarity where that other one is known. */
export const SUBSTITUTE_WEIGHT = 0.25;

const SEARCH = `WITH findable AS (
       SELECT d.id, d.active_generation AS generation, d.chunk_count, d.lexical_length FROM documents d WHERE ${FINDABLE}
     ), totals AS (
       SELECT sum(chunk_count)::int AS searched, greatest(sum(chunk_count), 100)::float8 AS n,
         greatest(sum(lexical_length)::float8 / nullif(sum(chunk_count), 0), 1) AS mean_length
       FROM findable
     ), asked AS (
       SELECT * FROM unnest($5::text[], $6::boolean[], $7::text[]) WITH ORDINALITY AS a(term, topical, instead_of, at)
     ), hits AS MATERIALIZED (
       SELECT p.* FROM postings p JOIN findable f ON f.id = p.document_id AND f.generation = p.generation
       WHERE p.team_id = $1 AND p.term = ANY($5)
     ), counts AS (
       SELECT term, sum(cardinality(ordinals))::float8 AS df FROM hits GROUP BY term
     ), weights AS (
       SELECT a.at, a.term, a.topical,
         ln(1 + (t.n - c.df + 0.5) / (c.df + 0.5)) * CASE WHEN o.term IS NULL THEN 1 ELSE $8::float8 END AS idf
       FROM asked a JOIN counts c ON c.term = a.term LEFT JOIN counts o ON o.term = a.instead_of CROSS JOIN totals t
       WHERE t.searched < 1000 OR c.df <= t.n / 5
         OR NOT EXISTS (SELECT FROM asked JOIN counts USING (term) WHERE topical AND df <= t.n / 5)
     ), ranked AS (
       SELECT h.document_id, h.generation, u.ordinal, array_agg(w.at - 1) AS held,
         sum(w.idf * u.tf * 2.2 / (u.tf + 1.2 * (0.25 + 0.75 * u.length / t.mean_length))) AS score
       FROM hits h JOIN weights w ON w.term = h.term CROSS JOIN totals t
         CROSS JOIN LATERAL unnest(h.ordinals, h.frequencies, h.lengths) AS u(ordinal, tf, length)
       GROUP BY 1, 2, 3 HAVING bool_or(w.topical) ORDER BY score DESC LIMIT $9
     )
     SELECT (SELECT searched FROM totals) AS searched,
       (SELECT array_agg(coalesce(c.df, 0) ORDER BY a.at) FROM asked a LEFT JOIN counts c USING (term)) AS frequencies,
       (SELECT jsonb_agg(jsonb_build_array(c.id, r.score, r.held) ORDER BY r.score DESC, c.id)
        FROM ranked r JOIN chunks c ON c.team_id = $1 AND c.document_id = r.document_id
          AND c.generation = r.generation AND c.ordinal = r.ordinal) AS matches`;

/**
 * Lexical search: BM25 (k1 1.2, b 0.75, idf as in Lucene: ln(1 + (N − df + 0.5) / (df + 0.5))) over the postings of
 * findable documents. A match holds any topical term. N, df and the mean length are those of the scope. N is at least
 * 100, because document frequencies in a small library say little about how common a word is. In a scope of 1,000
 * chunks and more, terms in over a fifth of them are left out once a rarer topical term is known: reading their long
 * lists costs most of the time and hardly changes the order.
 */
export async function search(
  teamId: string,
  scope: SearchScope,
  { terms, limit }: { terms: QueryTerm[]; limit: number },
): Promise<LexicalMatches> {
  const columns = [
    terms.map(({ term }) => term),
    terms.map(({ topical }) => topical),
    terms.map(({ insteadOf }) => insteadOf),
  ];
  const rows = await teamRows<MatchesRow>(teamId, SEARCH, {
    values: [...scopeValues(teamId, scope), ...columns, SUBSTITUTE_WEIGHT, limit],
  });
  const { searched, frequencies, matches } = rows[0] ?? {};
  return {
    searched: searched ?? 0,
    frequencies: frequencies ?? [],
    matches: (matches ?? []).map(([id, score, held]) => ({ id, score, held })),
  };
}

/** Those of the terms that a chunk in scope holds, and how many do. */
export function listKnown(
  teamId: string,
  scope: SearchScope,
  terms: string[],
): Promise<{ term: string; chunks: number }[]> {
  return teamRows(
    teamId,
    `SELECT p.term, sum(cardinality(p.ordinals))::int AS chunks
     FROM postings p JOIN documents d ON d.team_id = p.team_id AND d.id = p.document_id
       AND d.active_generation = p.generation
     WHERE ${FINDABLE} AND p.team_id = $1 AND p.term = ANY($5::text[]) GROUP BY p.term`,
    { values: [...scopeValues(teamId, scope), terms] },
  );
}
