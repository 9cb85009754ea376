import { notFound } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import { inTeam } from '#shared/db/scope.ts';
import * as transfers from '#shared/db/transfers.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { renderExport, TeamExport } from './schemas.ts';

export const getExport = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/exports/{export_id}',
  summary: 'Get an export, with its files once they are ready',
  tag: 'teams',
  access: { role: 'owner', scope: 'session-only' },
  response: { 200: TeamExport },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal, params }) {
    const { teamId } = principal;
    const row = await transfers.find({ teamId }, 'team_export', params.export_id);
    if (!row) throw notFound('export');
    if (row.status === 'ready') {
      const entry = { actor: principal, action: 'export.downloaded', targetId: row.id };
      await inTeam(teamId, (db) => auditLog.append(teamId, entry, db));
    }
    return ok(await renderExport(row));
  },
});
