import type { TransferRow } from '#shared/db/transfers.ts';
import * as transfers from '#shared/db/transfers.ts';
import { paginate } from '#shared/http/cursor.ts';
import { defineRoute, ok, PageQuery, pageOf } from '#shared/http/route.ts';
import { TeamExport } from './schemas.ts';

/** Without links: those are given, and recorded, one export at a time. */
const Listed = TeamExport.omit({ files: true }).meta({ id: 'ListedTeamExport' });

export const listExports = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/exports',
  summary: 'List exports',
  tag: 'teams',
  access: { role: 'owner', scope: 'session-only' },
  query: PageQuery,
  response: { 200: pageOf(Listed) },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal: { teamId }, query }) {
    const fetch = (page: { limit: number; before: string | null }) =>
      transfers.list(teamId, 'team_export', page);
    return ok(await paginate({ list: `exports:${teamId}`, query, fetch, render }));
  },
});

function render({ id, status, progress, error, created_at, finished_at, expires_at }: TransferRow) {
  return { id, status, progress, error, created_at, finished_at, expires_at };
}
