import { renderSession, Session } from '#functions/auth/schemas.ts';
import { section } from '#shared/core/config.ts';
import { inTeam } from '#shared/db/scope.ts';
import * as sessions from '#shared/db/sessions.ts';
import { defineRoute, ok, pageOf } from '#shared/http/route.ts';
import { requireManaged } from './member-sessions.ts';

const signInConfig = section('sign_in');

export const listMemberSessions = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/members/{user_id}/sessions',
  summary: 'List the sessions of a member',
  description: 'Those that reach this team. Admins see those of members below admin, owners everybody’s.',
  tag: 'teams',
  access: { role: 'admin', scope: 'session-only' },
  response: { 200: pageOf(Session) },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal, params }) {
    const { teamId, sessionId } = principal;
    const rows = await inTeam(teamId, async (db) => {
      await requireManaged(principal, params.user_id, db);
      const idleMinutes = signInConfig().SESSION_IDLE_MINUTES;
      return await sessions.list(params.user_id, { idleMinutes, teamId }, db);
    });
    return ok({ data: rows.map((row) => renderSession(row, sessionId)), next_cursor: null });
  },
});
