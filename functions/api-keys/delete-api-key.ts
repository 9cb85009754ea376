import * as apiKeys from '#shared/db/api-keys.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import { defineRoute, noContent } from '#shared/http/route.ts';
import { lockListedKey } from './require-rank.ts';

export const deleteApiKey = defineRoute({
  method: 'DELETE',
  path: '/v1/teams/{team_id}/api-keys/{key_id}',
  summary: 'Revoke an API key immediately',
  tag: 'keys',
  access: { role: 'admin', scope: 'session-only' },
  response: { 204: null },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal, params }) {
    const { teamId } = principal;
    const entry = { actor: principal, action: 'api_key.revoked', targetId: params.key_id };
    await auditLog.recorded(teamId, entry, async (db) => {
      await lockListedKey(principal, params.key_id, db);
      await apiKeys.revoke(teamId, params.key_id, db);
    });
    return noContent();
  },
});
