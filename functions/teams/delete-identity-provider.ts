import { notFound } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as providers from '#shared/db/identity-providers.ts';
import { inTeam } from '#shared/db/scope.ts';
import * as sessions from '#shared/db/sessions.ts';
import { defineRoute, noContent } from '#shared/http/route.ts';
import { settingsOf } from './identity-provider-schemas.ts';

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
    await inTeam(teamId, async (db) => {
      const present = await providers.find(teamId, id, db);
      if (!present) throw notFound('identity provider');
      await providers.remove(teamId, id, db);
      await sessions.revokeOfProvider(id, db);
      const before = settingsOf(present);
      const entry = { actor: principal, action: 'identity_provider.deleted', targetId: id, before };
      await auditLog.append(teamId, entry, db);
    });
    return noContent();
  },
});
