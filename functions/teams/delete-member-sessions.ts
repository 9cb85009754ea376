import * as auditLog from '#shared/db/audit-log.ts';
import { inTeam } from '#shared/db/scope.ts';
import * as sessions from '#shared/db/sessions.ts';
import { defineRoute, noContent } from '#shared/http/route.ts';
import { requireManaged } from './member-sessions.ts';

export const deleteMemberSessions = defineRoute({
  method: 'DELETE',
  path: '/v1/teams/{team_id}/members/{user_id}/sessions',
  summary: 'End all sessions of a member',
  description: 'Those that reach this team end at once and everywhere. The person may sign in again.',
  tag: 'teams',
  access: { role: 'admin', scope: 'session-only' },
  response: { 204: null },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal, params: { user_id: userId } }) {
    const { teamId } = principal;
    await inTeam(teamId, async (db) => {
      await requireManaged(principal, userId, db);
      const count = await sessions.revokeReaching({ userId, teamId, sessionId: null }, db);
      const entry = { actor: principal, action: 'session.ended', targetId: userId, after: { count } };
      await auditLog.append(teamId, entry, db);
    });
    return noContent();
  },
});
