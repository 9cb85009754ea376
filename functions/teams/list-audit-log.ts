import { z } from 'zod';
import { notFound } from '#shared/core/errors.ts';
import type { AuditRow } from '#shared/db/audit-log.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as teams from '#shared/db/teams.ts';
import { csvReply, MAX_CSV_ROWS, wantsCsv } from '#shared/http/csv.ts';
import { paginate } from '#shared/http/cursor.ts';
import { defineRoute, Id, ok, PageQuery, pageOf, TimeOrDay } from '#shared/http/route.ts';
import { readTimeRange } from '#shared/http/time-range.ts';
import { toAuditEntry } from '#shared/webhooks/audit-entry.ts';
import { AuditEntry } from './schemas.ts';

const CSV_COLUMNS =
  'created_at,action,actor_type,actor_id,actor_name,target_type,target_id,ip,user_agent,before,after,request_id,id'.split(
    ',',
  );

export const listAuditLog = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/audit-log',
  summary: 'Read the audit log',
  description: `Newest first. Days are whole days in the team’s time zone, both ends included. With \`Accept: text/csv\` the response is a file of up to ${MAX_CSV_ROWS} rows.`,
  tag: 'teams',
  access: { role: 'admin', scope: 'session-only' },
  query: PageQuery.extend({
    actor: Id.optional().meta({ description: 'A user or an API key' }),
    action: z.string().min(1).max(100).optional().meta({
      description: 'An action, such as `bot.updated`, or what it is about: `bot`',
    }),
    from: TimeOrDay.optional(),
    to: TimeOrDay.optional(),
  }),
  response: { 200: z.union([pageOf(AuditEntry), z.string().meta({ contentMediaType: 'text/csv' })]) },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal, query, request }) {
    const { teamId } = principal;
    const team = await teams.find(teamId);
    if (!team) throw notFound('team');
    const range = readTimeRange(query, team.timezone);
    const filter = { ...range, actor: query.actor ?? null, action: query.action ?? null };
    if (wantsCsv(request.header('accept'))) {
      const entry = { actor: principal, action: 'audit_log.exported', after: { ...query, limit: undefined } };
      const rows = await auditLog.recorded(teamId, entry, (db) =>
        auditLog.list(teamId, filter, { limit: MAX_CSV_ROWS, before: null, db }),
      );
      return csvReply('audit-log.csv', rows.map(toCsvRow), CSV_COLUMNS);
    }
    const fetch = (page: { limit: number; before: string | null }) => auditLog.list(teamId, filter, page);
    return ok(await paginate({ list: `audit:${teamId}`, query, fetch, render: toAuditEntry }));
  },
});

function toCsvRow({ before, after, ...row }: AuditRow) {
  return { ...row, before: before && JSON.stringify(before), after: after && JSON.stringify(after) };
}
