import { z } from 'zod';
import * as teams from '#shared/db/teams.ts';
import { created, defineRoute } from '#shared/http/route.ts';
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
  async run({ principal, body }) {
    return created(await teams.insert({ name: body.name, ownerId: principal.userId }));
  },
});
