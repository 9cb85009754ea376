import { AppError } from '#shared/core/errors.ts';
import { atLeast } from '#shared/core/roles.ts';
import * as apiKeys from '#shared/db/api-keys.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as bots from '#shared/db/bots.ts';
import * as collections from '#shared/db/collections.ts';
import { inTeam } from '#shared/db/scope.ts';
import { changes, defineRoute, ok, type TeamPrincipal } from '#shared/http/route.ts';
import { requireBudget } from './require-budget.ts';
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
    const row = await inTeam(teamId, async (db) => {
      const key = await lockKey(principal, params.key_id, db);
      const changed = { ...key, ...body };
      assertFitsBots(changed);
      await requireBudget(teamId, body.monthly_budget_usd, db);
      if (body.allowed_addresses !== undefined && key.allowed_addresses) requireOwner(principal);
      await bots.requireAll(teamId, body.bot_ids ?? [], db);
      await collections.requireAll(teamId, body.collection_ids ?? [], db);
      const values = { before: auditLog.pick(key, body), after: body };
      await auditLog.append(
        teamId,
        { actor: principal, action: 'api_key.updated', targetId: key.id, ...values },
        db,
      );
      return await apiKeys.update(teamId, changed, db);
    });
    return ok(renderApiKey(row));
  },
});

/** What an owner closed, an admin must not open again. */
function requireOwner({ role }: TeamPrincipal): void {
  if (atLeast(role, 'owner')) return;
  throw new AppError('insufficient_role', 'Only an owner may change the allowed addresses of an API key.');
}
