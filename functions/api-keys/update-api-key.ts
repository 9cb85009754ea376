import * as apiKeys from '#shared/db/api-keys.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as bots from '#shared/db/bots.ts';
import * as collections from '#shared/db/collections.ts';
import { changes, defineRoute, ok } from '#shared/http/route.ts';
import { lockKey } from './require-rank.ts';
import { ApiKey, ApiKeyInput, assertFitsBots, renderApiKey } from './schemas.ts';

export const updateApiKey = defineRoute({
  method: 'PATCH',
  path: '/v1/teams/{team_id}/api-keys/{key_id}',
  summary: 'Change an API key',
  description: 'A key of somebody above the caller is not his to change: 403.',
  tag: 'keys',
  access: { role: 'admin', scope: 'session-only' },
  body: changes(ApiKeyInput),
  response: { 200: ApiKey },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal, params, body }) {
    const { teamId } = principal;
    const details = { fields: Object.keys(body) };
    const entry = { actor: principal, action: 'api_key.updated', targetId: params.key_id, details };
    const row = await auditLog.recorded(teamId, entry, async (db) => {
      const key = await lockKey(principal, params.key_id, db);
      const changed = { ...key, ...body };
      assertFitsBots(changed);
      await bots.requireAll(teamId, body.bot_ids ?? [], db);
      await collections.requireAll(teamId, body.collection_ids ?? [], db);
      return await apiKeys.update(teamId, changed, db);
    });
    return ok(renderApiKey(row));
  },
});
