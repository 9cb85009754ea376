import { notFound } from '#shared/core/errors.ts';
import * as teams from '#shared/db/teams.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { Team } from './schemas.ts';

export const getTeam = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}',
  summary: 'Get a team',
  tag: 'teams',
  access: { role: 'viewer', scope: 'any' },
  response: { 200: Team },
  errors: ['not_found'],
  async run({ principal }) {
    const team = await teams.find(principal.teamId);
    if (!team) throw notFound('team');
    return ok(team);
  },
});
