import * as members from '#shared/db/members.ts';
import { paginate } from '#shared/http/cursor.ts';
import { defineRoute, ok, PageQuery, pageOf } from '#shared/http/route.ts';
import { Member } from './schemas.ts';

export const listMembers = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/members',
  summary: 'List members',
  tag: 'teams',
  access: { role: 'viewer', scope: 'session-only' },
  query: PageQuery,
  response: { 200: pageOf(Member) },
  errors: ['not_found'],
  async run({ principal: { teamId }, query }) {
    const page = await paginate({
      list: `members:${teamId}`,
      query,
      fetch: (wanted) => members.list(teamId, wanted),
      render: ({ id: _id, ...member }) => member,
    });
    return ok(page);
  },
});
