import { section } from '#shared/core/config.ts';
import * as sessions from '#shared/db/sessions.ts';
import { defineRoute, ok, pageOf } from '#shared/http/route.ts';
import { renderSession, Session } from './schemas.ts';

const signInConfig = section('sign_in');

export const listMySessions = defineRoute({
  method: 'GET',
  path: '/v1/me/sessions',
  summary: 'List my sessions',
  description: 'A session from a team’s own issuer sees the sessions of that team’s issuers only.',
  tag: 'auth',
  access: 'user',
  response: { 200: pageOf(Session) },
  async run({ principal }) {
    const rows = await sessions.list(principal.userId, {
      idleMinutes: signInConfig().SESSION_IDLE_MINUTES,
      teamId: null,
      onlyTeamId: principal.onlyTeamId,
    });
    const data = rows.map((session) => renderSession(session, principal.sessionId));
    return ok({ data, next_cursor: null });
  },
});
