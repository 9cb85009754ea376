import { teamRows } from './scope.ts';

export type DocumentTitle = { title: string; filename: string };

/** Names of documents that answers may come from. `total` also counts those beyond the limit. */
export type DocumentTitles = { titles: DocumentTitle[]; total: number };

/** The titles of searchable documents in these collections, newest first. A document without a title has its file name. */
export async function list(teamId: string, collectionIds: string[], limit: number): Promise<DocumentTitles> {
  const rows = await teamRows<DocumentTitle & { total: number }>(
    teamId,
    `SELECT coalesce(nullif(title, ''), filename) AS title, filename, count(*) OVER ()::int AS total FROM documents
     WHERE team_id = $1 AND collection_id = ANY($2::uuid[]) AND active_generation IS NOT NULL AND enabled
       AND status <> 'deleting' ORDER BY id DESC LIMIT $3`,
    { values: [teamId, collectionIds, limit] },
  );
  return { titles: rows.map(({ title, filename }) => ({ title, filename })), total: rows[0]?.total ?? 0 };
}
