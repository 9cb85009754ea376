import { notFound } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import { inTeam } from '#shared/db/scope.ts';
import * as sessions from '#shared/db/sessions.ts';
import { defineRoute, noContent } from '#shared/http/route.ts';
import { requireManaged } from './member-sessions.ts';

export const deleteMemberSession = defineRoute({
  method: 'DELETE',
  path: '/v1/teams/{team_id}/members/{user_id}/sessions/{session_id}',
  summary: 'End a session of a member',
  description: 'It ends at once and everywhere. The person may sign in again.',
  tag: 'teams',
  access: { role: 'admin', scope: 'session-only' },
  response: { 204: null },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal, params }) {
    const { teamId } = principal;
    const { user_id: userId, session_id: sessionId } = params;
    await inTeam(teamId, async (db) => {
      await requireManaged(principal, userId, db);
      if ((await sessions.revokeReaching({ userId, teamId, sessionId }, db)) === 0) throw notFound('session');
      const entry = {
        actor: principal,
        action: 'session.ended',
        targetId: userId,
        after: { session_id: sessionId },
      };
      await auditLog.append(teamId, entry, db);
    });
    return noContent();
  },
});
