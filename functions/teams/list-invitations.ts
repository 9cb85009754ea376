import * as invitations from '#shared/db/invitations.ts';
import { paginate } from '#shared/http/cursor.ts';
import { defineRoute, ok, PageQuery, pageOf } from '#shared/http/route.ts';
import { Invitation } from './schemas.ts';

export const listInvitations = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/invitations',
  summary: 'List open invitations',
  tag: 'teams',
  access: { role: 'admin', scope: 'session-only' },
  query: PageQuery,
  response: { 200: pageOf(Invitation) },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal: { teamId }, query }) {
    const fetch = (page: { limit: number; before: string | null }) => invitations.list(teamId, page);
    return ok(await paginate({ list: `invitations:${teamId}`, query, fetch, render: (row) => row }));
  },
});
