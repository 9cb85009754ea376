import { FINDABLE, scopeValues } from './chunks.ts';
import type { SearchScope } from './document-filter.ts';
import { teamRows } from './scope.ts';

export type DocumentTitle = { id: string; title: string; filename: string };

/** Names of documents that answers may come from. `total` also counts those beyond the limit. */
export type DocumentTitles = { titles: DocumentTitle[]; total: number };

/** The titles of the documents in a scope that search may find, newest first. One without a title has its file name. */
export async function list(teamId: string, scope: SearchScope, limit: number): Promise<DocumentTitles> {
  const rows = await teamRows<DocumentTitle & { total: number }>(
    teamId,
    `SELECT d.id, coalesce(nullif(d.title, ''), d.filename) AS title, d.filename, count(*) OVER ()::int AS total
     FROM documents d WHERE ${FINDABLE} ORDER BY d.id DESC LIMIT $5`,
    { values: [...scopeValues(teamId, scope), limit] },
  );
  return {
    titles: rows.map(({ id, title, filename }) => ({ id, title, filename })),
    total: rows[0]?.total ?? 0,
  };
}
