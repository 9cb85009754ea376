import type { Principal } from '#shared/auth/principal.ts';
import type { Db } from '#shared/db/scope.ts';
import * as teams from '#shared/db/teams.ts';
import * as usage from '#shared/db/usage.ts';
import * as deliveries from '#shared/db/webhook-deliveries.ts';

/**
 * Tells the team's webhooks, once a month, that the budget of the team or of the API key is used up. Runs in the
 * transaction `db` that has recorded the usage.
 */
export async function reportReachedBudgets(
  { teamId, keyId, monthlyBudgetUsd }: Principal & { teamId: string },
  db: Db,
): Promise<void> {
  const team = await teams.find(teamId, db);
  const limits = { team: team?.monthly_budget_usd ?? null, key: monthlyBudgetUsd };
  if (limits.team === null && limits.key === null) return;
  const spent = await usage.sumThisMonth(teamId, keyId, db);
  const report = async (data: Record<string, unknown>) =>
    await deliveries.queue(teamId, { event: 'budget.reached', data, once: 'month' }, db);
  if (limits.team !== null && spent.team >= limits.team)
    await report({ scope: 'team', api_key_id: null, monthly_budget_usd: limits.team });
  if (keyId && limits.key !== null && spent.key >= limits.key)
    await report({ scope: 'api_key', api_key_id: keyId, monthly_budget_usd: limits.key });
}
