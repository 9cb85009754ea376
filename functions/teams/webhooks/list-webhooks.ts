import * as webhooks from '#shared/db/webhooks.ts';
import { paginate } from '#shared/http/cursor.ts';
import { defineRoute, ok, PageQuery, pageOf } from '#shared/http/route.ts';
import { renderWebhook, Webhook } from './schemas.ts';

export const listWebhooks = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/webhooks',
  summary: 'List webhooks',
  tag: 'webhooks',
  access: { role: 'admin', scope: 'session-only' },
  query: PageQuery,
  response: { 200: pageOf(Webhook) },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal: { teamId }, query }) {
    const fetch = (page: { limit: number; before: string | null }) => webhooks.list(teamId, page);
    return ok(await paginate({ list: `webhooks:${teamId}`, query, fetch, render: renderWebhook }));
  },
});
