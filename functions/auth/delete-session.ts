import { notFound } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import { unscoped } from '#shared/db/scope.ts';
import * as sessions from '#shared/db/sessions.ts';
import { defineRoute, noContent } from '#shared/http/route.ts';

export const deleteSession = defineRoute({
  method: 'DELETE',
  path: '/v1/me/sessions/{session_id}',
  summary: 'End one of my sessions',
  description: 'A session from a team’s own issuer reaches the sessions of that team’s issuers only.',
  tag: 'auth',
  access: 'user',
  response: { 204: null },
  errors: ['not_found'],
  async run({ principal, params }) {
    const { userId, onlyTeamId = null } = principal;
    const targetId = params.session_id;
    await unscoped(async (db) => {
      const ended = await sessions.revoke({ userId, sessionId: targetId, onlyTeamId }, db);
      if (!ended) throw notFound('session');
      await auditLog.appendForSession(ended, { action: 'session.ended', targetId }, db);
    });
    return noContent();
  },
});
