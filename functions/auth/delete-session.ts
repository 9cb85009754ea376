import { notFound } from '#shared/core/errors.ts';
import { revokeSession } from '#shared/db/sessions.ts';
import { defineRoute, noContent } from '#shared/http/route.ts';

export const deleteSession = defineRoute({
  method: 'DELETE',
  path: '/v1/me/sessions/{session_id}',
  summary: 'End one of my sessions',
  tag: 'auth',
  access: 'user',
  response: { 204: null },
  errors: ['not_found'],
  async run({ principal, params }) {
    if (!(await revokeSession({ userId: principal.userId, sessionId: params.session_id })))
      throw notFound('session');
    return noContent();
  },
});
