import * as auditLog from '#shared/db/audit-log.ts';
import { paginate } from '#shared/http/cursor.ts';
import { defineRoute, ok, PageQuery, pageOf } from '#shared/http/route.ts';
import { AuditEntry } from './schemas.ts';

export const listAuditLog = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/audit-log',
  summary: 'Read the audit log',
  tag: 'teams',
  access: { role: 'admin', scope: 'session-only' },
  query: PageQuery,
  response: { 200: pageOf(AuditEntry) },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal: { teamId }, query }) {
    const fetch = (page: { limit: number; before: string | null }) => auditLog.list(teamId, page);
    return ok(await paginate({ list: `audit:${teamId}`, query, fetch, render: (row) => row }));
  },
});
