import { notFound } from '#shared/core/errors.ts';
import * as users from '#shared/db/users.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { Me } from './schemas.ts';

export const getMe = defineRoute({
  method: 'GET',
  path: '/v1/me',
  summary: 'Get the signed-in user and their teams',
  tag: 'auth',
  access: 'user',
  response: { 200: Me },
  async run({ principal }) {
    const [user, teams] = await Promise.all([
      users.find(principal.userId),
      users.listTeams(principal.userId, { limit: 1_000, before: null, only: principal.onlyTeamId }),
    ]);
    if (!user) throw notFound('user');
    return ok({ ...user, teams });
  },
});
