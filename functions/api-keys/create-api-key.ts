import { v7 as uuidv7 } from 'uuid';
import { generateApiKey } from '#shared/auth/api-keys.ts';
import * as apiKeys from '#shared/db/api-keys.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as bots from '#shared/db/bots.ts';
import * as collections from '#shared/db/collections.ts';
import { inTeam } from '#shared/db/scope.ts';
import { created, defineRoute } from '#shared/http/route.ts';
import { requireBudget } from './require-budget.ts';
import { ApiKeyInput, assertFitsBots, NewApiKey, renderApiKey } from './schemas.ts';

export const createApiKey = defineRoute({
  method: 'POST',
  path: '/v1/teams/{team_id}/api-keys',
  summary: 'Create an API key',
  description:
    'The key is shown once. It never has more rights than the user who created it has at the time of use.',
  tag: 'keys',
  access: { role: 'admin', scope: 'session-only' },
  idempotent: true,
  body: ApiKeyInput,
  response: { 201: NewApiKey },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal, body }) {
    const { teamId, userId } = principal;
    assertFitsBots(body);
    const id = uuidv7();
    const { key, secretHash } = generateApiKey(id);
    const row = await inTeam(teamId, async (db) => {
      await requireBudget(teamId, body.monthly_budget_usd, db);
      await bots.requireAll(teamId, body.bot_ids ?? [], db);
      await collections.requireAll(teamId, body.collection_ids ?? [], db);
      await auditLog.append(
        teamId,
        { actor: principal, action: 'api_key.created', targetId: id, after: body },
        db,
      );
      return await apiKeys.insert(teamId, { ...body, id, created_by: userId, secretHash }, db);
    });
    return created({ ...renderApiKey(row), key });
  },
});
