import { z } from 'zod';
import { AppError, notFound } from '#shared/core/errors.ts';
import { atLeast } from '#shared/core/roles.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import { inTeam } from '#shared/db/scope.ts';
import * as teams from '#shared/db/teams.ts';
import { BudgetUsd, changes, defineRoute, ok } from '#shared/http/route.ts';
import { Name, Team, TimeZone } from './schemas.ts';

const Weight = z.number().min(0).max(10);

export const updateTeam = defineRoute({
  method: 'PATCH',
  path: '/v1/teams/{team_id}',
  summary: 'Change a team',
  description:
    'Only owners may set the budget or the retention, or switch the review of questions or external models on or off.',
  tag: 'teams',
  access: { role: 'admin', scope: 'session-only' },
  body: changes(
    z.object({
      name: Name,
      vector_weight: Weight,
      lexical_weight: Weight,
      monthly_budget_usd: BudgetUsd.nullable(),
      timezone: TimeZone,
      question_review: z.boolean(),
      retention_days: z.int().min(1).max(3_650).nullable(),
      external_models: z.boolean(),
    }),
  ),
  response: { 200: Team },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal, body }) {
    if (!atLeast(principal.role, 'owner')) refuseOwnersFields(body);
    const { teamId } = principal;
    const team = await inTeam(teamId, async (db) => {
      const present = await teams.find(teamId, db);
      const changed = await teams.update(teamId, body, db);
      if (present && changed)
        await auditLog.append(
          teamId,
          {
            actor: principal,
            action: 'team.updated',
            targetId: teamId,
            before: auditLog.pick(present, body),
            after: body,
          },
          db,
        );
      return changed;
    });
    if (!team) throw notFound('team');
    return ok(team);
  },
});

const OWNERS_FIELDS = {
  retention_days: 'set how long conversations are kept',
  monthly_budget_usd: 'set the budget',
  question_review: 'switch the review of questions on or off',
  external_models: 'switch external models on or off',
};

/** @throws AppError `insufficient_role` for a field that is the owners' */
function refuseOwnersFields(body: { [Name in keyof typeof OWNERS_FIELDS]?: unknown }): void {
  for (const [name, what] of Object.entries(OWNERS_FIELDS))
    if (body[name as keyof typeof OWNERS_FIELDS] !== undefined)
      throw new AppError('insufficient_role', `Only an owner may ${what}.`);
}
