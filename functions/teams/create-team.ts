import { z } from 'zod';
import { maxTeamsPerPerson } from '#shared/auth/admit.ts';
import { section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as teams from '#shared/db/teams.ts';
import { created, defineRoute } from '#shared/http/route.ts';
import { Name, Team } from './schemas.ts';

const spendingConfig = section('spending');

export const createTeam = defineRoute({
  method: 'POST',
  path: '/v1/teams',
  summary: 'Create a team',
  description: 'The caller becomes its owner. The team starts with a collection named `default`.',
  tag: 'teams',
  access: 'user',
  idempotent: true,
  body: z.object({ name: Name }),
  response: { 201: Team },
  errors: ['forbidden', 'too_many_teams'],
  async run({ principal, body }) {
    const { userId, onlyTeamId } = principal;
    if (onlyTeamId) {
      throw new AppError(
        'forbidden',
        'You are signed in with your team’s issuer, which reaches that team only. Sign in another way to found one.',
      );
    }
    const monthlyBudgetUsd = spendingConfig().DEFAULT_TEAM_BUDGET_USD ?? null;
    const wanted = { name: body.name, ownerId: userId, monthlyBudgetUsd, checkFounded };
    const team = await teams.insert(wanted, async (row, db) => {
      const after = { name: row.name };
      await auditLog.append(
        row.id,
        { actor: principal, action: 'team.created', targetId: row.id, after },
        db,
      );
    });
    return created(team);
  },
});

function checkFounded(founded: number): void {
  const max = maxTeamsPerPerson();
  if (max === null || founded < max) return;
  throw new AppError(
    'too_many_teams',
    `You may found ${max} teams; a deleted one counts until the month is over. Ask the operator for more.`,
  );
}
