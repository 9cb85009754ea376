import { notFound } from '#shared/core/errors.ts';
import { revokeApiKey } from '#shared/db/api-keys.ts';
import { audit } from '#shared/db/audit-log.ts';
import { defineRoute, noContent } from '#shared/http/route.ts';

export const deleteApiKey = defineRoute({
  method: 'DELETE',
  path: '/v1/teams/{team_id}/api-keys/{key_id}',
  summary: 'Revoke an API key, at once',
  tag: 'keys',
  access: { role: 'admin', scope: 'none' },
  response: { 204: null },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal, params }) {
    if (!(await revokeApiKey(principal.teamId, params.key_id))) throw notFound('API key');
    await audit(principal.teamId, { actor: principal, action: 'api_key.revoked', targetId: params.key_id });
    return noContent();
  },
});
