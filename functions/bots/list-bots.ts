import * as bots from '#shared/db/bots.ts';
import { paginate } from '#shared/http/cursor.ts';
import { defineRoute, ok, PageQuery, pageOf } from '#shared/http/route.ts';
import { Bot, renderBot } from './schemas.ts';
import { withVisibleFilters } from './visible-filter.ts';

export const listBots = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/bots',
  summary: 'List bots',
  tag: 'bots',
  access: { role: 'viewer', scope: 'bots:read' },
  query: PageQuery,
  response: { 200: pageOf(Bot) },
  errors: ['not_found'],
  async run({ principal, query }) {
    const { teamId, botIds, collectionIds } = principal;
    const fetch = async (page: { limit: number; before: string | null }) => {
      const rows = await bots.list(teamId, { ...page, only: botIds, readingOnly: collectionIds !== null });
      return await withVisibleFilters(principal, rows);
    };
    return ok(await paginate({ list: `bots:${teamId}`, query, fetch, render: renderBot }));
  },
});
