import { z } from 'zod';
import { created, defineRoute } from '#shared/http/route.ts';
import { foundTeam } from './found-team.ts';
import { Name, Team } from './schemas.ts';

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
  async run({ principal, body: { name } }) {
    return created(await foundTeam(principal, name, { name }));
  },
});
