import { notFound } from '#shared/core/errors.ts';
import * as sessions from '#shared/db/sessions.ts';
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
    if (!(await sessions.revoke({ userId: principal.userId, sessionId: params.session_id })))
      throw notFound('session');
    return noContent();
  },
});
