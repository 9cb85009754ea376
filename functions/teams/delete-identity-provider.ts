import { notFound } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as providers from '#shared/db/identity-providers.ts';
import * as sessions from '#shared/db/sessions.ts';
import { defineRoute, noContent } from '#shared/http/route.ts';

export const deleteIdentityProvider = defineRoute({
  method: 'DELETE',
  path: '/v1/teams/{team_id}/identity-providers/{provider_id}',
  summary: 'Remove one of the team’s own issuers',
  description:
    'Ends all sessions that came from it. The people stay members, and sign in another way when invited.',
  tag: 'identity',
  access: { role: 'owner', scope: 'session-only' },
  response: { 204: null },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal, params }) {
    const { teamId } = principal;
    const id = params.provider_id;
    const entry = { actor: principal, action: 'identity_provider.deleted', targetId: id };
    await auditLog.recorded(teamId, entry, async (db) => {
      if (!(await providers.remove(teamId, id, db))) throw notFound('identity provider');
      await sessions.revokeOfProvider(id, db);
    });
    return noContent();
  },
});
