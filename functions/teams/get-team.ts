import { z } from 'zod';
import { notFound } from '#shared/core/errors.ts';
import type { TeamRow } from '#shared/db/teams.ts';
import * as teams from '#shared/db/teams.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { KeyTeam, Team } from './schemas.ts';

export const getTeam = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}',
  summary: 'Get a team',
  description: 'An API key gets what a client needs, and the budget with the scope `usage:read` only.',
  tag: 'teams',
  access: { role: 'viewer', scope: 'any' },
  response: { 200: z.union([Team, KeyTeam]) },
  errors: ['not_found'],
  async run({ principal }) {
    const team = await teams.find(principal.teamId);
    if (!team) throw notFound('team');
    return ok(principal.scopes ? toKeyTeam(team, principal.scopes.has('usage:read')) : team);
  },
});

function toKeyTeam({ id, name, timezone, created_at, monthly_budget_usd }: TeamRow, withBudget: boolean) {
  return { id, name, timezone, created_at, ...(withBudget && { monthly_budget_usd }) };
}
