import { detectLanguage } from '#shared/text/language.ts';
import { listVisible } from './collection-members.ts';
import { type Db, inTeam } from './scope.ts';

/** SQL: the documents with the ids in the placeholder and their collections, as `messages.sources` has them. */
export const sourcesOf = (team: `$${number}`, ids: `$${number}`) =>
  `(SELECT jsonb_object_agg(d.id, d.collection_id) FROM documents d WHERE d.team_id = ${team} AND d.id = ANY (${ids}::uuid[]))`;

/**
 * SQL: answer `m` was made from a document that now lies in one of the collections in the placeholder, or that was
 * deleted and lay in one, or in a collection that was deleted. For statements in `withHidden`.
 */
export const isWithheld = (hidden: `$${number}`) => `(m.role = 'assistant' AND EXISTS (
    SELECT FROM (
        SELECT key::uuid AS id, value::uuid AS collection_id FROM jsonb_each_text(m.sources)
        UNION ALL
        SELECT (c ->> 'document_id')::uuid, NULL FROM jsonb_array_elements(m.citations) c WHERE m.sources IS NULL
      ) s LEFT JOIN documents d ON d.team_id = m.team_id AND d.id = s.id
      LEFT JOIN collections k ON k.team_id = m.team_id AND k.id = s.collection_id
    WHERE coalesce(d.collection_id, s.collection_id) = ANY (${hidden}::uuid[])
      OR (d.id IS NULL AND s.collection_id IS NOT NULL AND k.id IS NULL)))`;

/**
 * Runs statements that must know which collections their reader does not see, to withhold what was made from them. They
 * read with the eyes of background work.
 */
export function withHidden<T>(
  teamId: string,
  work: (hidden: string[], db: Db) => Promise<T>,
  db?: Db,
): Promise<T> {
  return inTeam(teamId, async (scoped) => work((await listVisible(teamId, scoped)).hidden, scoped), db);
}

/** An answer that its reader may no longer read has the language that it was in here, and no content; others null. */
export type Withholdable = { withheld_in: string | null };

/** Takes text and citations out of a row that `isWithheld` found, in which `text` names the column of the text. */
export function withhold<Row extends { is_withheld: boolean; citations: unknown[] }>(
  { is_withheld, ...row }: Row,
  text: 'content' | 'answer',
): Omit<Row, 'is_withheld'> & Withholdable {
  if (!is_withheld) return { ...row, withheld_in: null };
  const content = (row as Record<string, unknown>)[text];
  return { ...row, [text]: '', citations: [], withheld_in: detectLanguage(String(content)) };
}
