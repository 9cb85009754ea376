import * as collections from '#shared/db/collections.ts';
import { paginate } from '#shared/http/cursor.ts';
import { defineRoute, ok, PageQuery, pageOf } from '#shared/http/route.ts';
import { Collection, renderCollection } from './schemas.ts';

export const listCollections = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/collections',
  summary: 'List collections',
  tag: 'collections',
  access: { role: 'viewer', scope: 'documents:read' },
  query: PageQuery,
  response: { 200: pageOf(Collection) },
  errors: ['not_found'],
  async run({ principal: { teamId }, query }) {
    const fetch = (page: { limit: number; before: string | null }) => collections.list(teamId, page);
    return ok(await paginate({ list: `collections:${teamId}`, query, fetch, render: renderCollection }));
  },
});
