import * as teams from '#shared/db/teams.ts';
import * as users from '#shared/db/users.ts';
import { paginate } from '#shared/http/cursor.ts';
import { defineRoute, ok, PageQuery, pageOf } from '#shared/http/route.ts';
import { TeamSummary } from './schemas.ts';

export const listTeams = defineRoute({
  method: 'GET',
  path: '/v1/teams',
  summary: 'List my teams',
  description: 'An API key gets only its own team.',
  tag: 'teams',
  access: { scope: 'any' },
  query: PageQuery,
  response: { 200: pageOf(TeamSummary) },
  async run({ principal, query }) {
    const { teamId, userId, onlyTeamId: only } = principal;
    if (teamId) {
      const team = await teams.find(teamId);
      const data = team ? [{ id: team.id, name: team.name, role: principal.role }] : [];
      return ok({ data, next_cursor: null });
    }
    const fetch = (page: { limit: number; before: string | null }) =>
      users.listTeams(userId, { ...page, only });
    return ok(await paginate({ list: `teams:${userId}`, query, fetch, render: (team) => team }));
  },
});
