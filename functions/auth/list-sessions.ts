import * as sessions from '#shared/db/sessions.ts';
import { defineRoute, ok, pageOf } from '#shared/http/route.ts';
import { Session } from './schemas.ts';

export const listMySessions = defineRoute({
  method: 'GET',
  path: '/v1/me/sessions',
  summary: 'List my sessions',
  tag: 'auth',
  access: 'user',
  response: { 200: pageOf(Session) },
  async run({ principal }) {
    const rows = await sessions.list(principal.userId);
    const data = rows.map(({ id, user_agent, ip, created_at, expires_at }) => {
      return { id, current: id === principal.sessionId, user_agent, ip, created_at, expires_at };
    });
    return ok({ data, next_cursor: null });
  },
});
