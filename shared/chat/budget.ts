import type { Principal } from '../auth/principal.ts';
import { findTeam } from '../db/teams.ts';
import { spentThisMonth } from '../db/usage.ts';
import { AppError } from '../errors.ts';

/** @throws AppError `budget_exceeded` when the team or the key has spent its month's budget */
export async function requireBudget(principal: Principal & { teamId: string }): Promise<void> {
  const { teamId, keyId, monthlyBudgetUsd } = principal;
  const team = await findTeam(teamId);
  const limit = team?.monthly_budget_usd ?? null;
  if (limit === null && monthlyBudgetUsd === null) return;
  const spent = await spentThisMonth(teamId, keyId);
  if (limit !== null && spent.team >= limit) throw exceeded('team', limit);
  if (monthlyBudgetUsd !== null && spent.key >= monthlyBudgetUsd) throw exceeded('API key', monthlyBudgetUsd);
}

function exceeded(whose: string, limit: number): AppError {
  const now = new Date();
  const nextMonth = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1);
  return new AppError(
    'budget_exceeded',
    `The ${whose} has used its budget of ${limit} USD for this month; raise it to go on.`,
    {
      retryAfterSeconds: Math.ceil((nextMonth - now.getTime()) / 1_000),
    },
  );
}
