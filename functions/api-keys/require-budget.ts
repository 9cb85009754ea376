import { AppError } from '#shared/core/errors.ts';
import type { Db } from '#shared/db/scope.ts';
import * as teams from '#shared/db/teams.ts';

/**
 * Asserts that a key's budget is within the team's, which only an owner sets. null: the key has no budget of its own, so
 * that the team's holds.
 * @throws AppError `validation_failed`
 */
export async function requireBudget(
  teamId: string,
  budgetUsd: number | null | undefined,
  db: Db,
): Promise<void> {
  if (budgetUsd === null || budgetUsd === undefined) return;
  const limit = (await teams.find(teamId, db))?.monthly_budget_usd ?? null;
  if (limit === null || budgetUsd <= limit) return;
  const message = `must be at most the team's budget, ${limit}`;
  throw new AppError('validation_failed', 'A key cannot have a larger budget than its team.', {
    fields: [{ path: 'monthly_budget_usd', message }],
  });
}
