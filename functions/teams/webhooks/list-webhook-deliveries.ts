import { notFound } from '#shared/core/errors.ts';
import * as deliveries from '#shared/db/webhook-deliveries.ts';
import * as webhooks from '#shared/db/webhooks.ts';
import { paginate } from '#shared/http/cursor.ts';
import { defineRoute, ok, PageQuery, pageOf } from '#shared/http/route.ts';
import { renderDelivery, WebhookDelivery } from './schemas.ts';

export const listWebhookDeliveries = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/webhooks/{webhook_id}/deliveries',
  summary: 'List what was sent to a webhook',
  description: 'Newest first, of the last 35 days.',
  tag: 'webhooks',
  access: { role: 'admin', scope: 'session-only' },
  query: PageQuery,
  response: { 200: pageOf(WebhookDelivery) },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal: { teamId }, params, query }) {
    const webhook = await webhooks.find(teamId, params.webhook_id);
    if (!webhook) throw notFound('webhook');
    const fetch = (page: { limit: number; before: string | null }) =>
      deliveries.list(teamId, webhook.id, page);
    return ok(
      await paginate({ list: `webhook-deliveries:${webhook.id}`, query, fetch, render: renderDelivery }),
    );
  },
});
