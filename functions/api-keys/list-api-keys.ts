import * as apiKeys from '#shared/db/api-keys.ts';
import { paginate } from '#shared/http/cursor.ts';
import { defineRoute, ok, PageQuery, pageOf } from '#shared/http/route.ts';
import { ApiKey, renderApiKey } from './schemas.ts';

export const listApiKeys = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/api-keys',
  summary: 'List API keys',
  tag: 'keys',
  access: { role: 'admin', scope: 'session-only' },
  query: PageQuery,
  response: { 200: pageOf(ApiKey) },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal: { teamId }, query }) {
    const fetch = (page: { limit: number; before: string | null }) => apiKeys.list(teamId, page);
    return ok(await paginate({ list: `keys:${teamId}`, query, fetch, render: renderApiKey }));
  },
});
