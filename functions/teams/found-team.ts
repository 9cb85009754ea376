import { maxTeamsPerPerson } from '#shared/auth/admit.ts';
import type { Principal } from '#shared/auth/principal.ts';
import { section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import type { TeamRow } from '#shared/db/teams.ts';
import * as teams from '#shared/db/teams.ts';

const spendingConfig = section('spending');

/**
 * Founds a team for the caller, within the limit of teams per person and with the budget that new teams have. `facts`
 * stand in its audit entry.
 * @throws AppError `forbidden` for a session from a team's own issuer, or `too_many_teams`
 */
export async function foundTeam(
  principal: Principal,
  name: string,
  facts: Record<string, unknown>,
): Promise<TeamRow> {
  if (principal.onlyTeamId) {
    throw new AppError(
      'forbidden',
      'You are signed in with your team’s issuer, which reaches that team only. Sign in another way to found one.',
    );
  }
  const monthlyBudgetUsd = spendingConfig().DEFAULT_TEAM_BUDGET_USD ?? null;
  const wanted = { name, ownerId: principal.userId, monthlyBudgetUsd, checkFounded };
  return await teams.insert(wanted, async (row, db) => {
    const entry = { actor: principal, action: 'team.created', targetId: row.id, after: facts };
    await auditLog.append(row.id, entry, db);
  });
}

function checkFounded(founded: number): void {
  const max = maxTeamsPerPerson();
  if (max === null || founded < max) return;
  throw new AppError(
    'too_many_teams',
    `You may found ${max} teams; a deleted one counts until the month is over. Ask the operator for more.`,
  );
}
