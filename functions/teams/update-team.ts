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
    'Only owners may set the budget or the retention, or switch the review of questions on or off.',
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
    }),
  ),
  response: { 200: Team },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal, body }) {
    if (!atLeast(principal.role, 'owner')) {
      if (body.retention_days !== undefined)
        throw new AppError('insufficient_role', 'Only an owner may set how long conversations are kept.');
      if (body.monthly_budget_usd !== undefined)
        throw new AppError('insufficient_role', 'Only an owner may set the budget.');
      if (body.question_review !== undefined)
        throw new AppError(
          'insufficient_role',
          'Only an owner may switch the review of questions on or off.',
        );
    }
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
