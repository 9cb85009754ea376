import { notFound } from '#shared/core/errors.ts';
import * as deliveries from '#shared/db/webhook-deliveries.ts';
import * as webhooks from '#shared/db/webhooks.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { deliver } from '#shared/webhooks/deliver.ts';
import { renderDelivery, WebhookDelivery } from './schemas.ts';

export const testWebhook = defineRoute({
  method: 'POST',
  path: '/v1/teams/{team_id}/webhooks/{webhook_id}/test',
  summary: 'Send a test event',
  description: 'Sends `webhook.test` at once, also while the webhook is off, and returns how that went.',
  tag: 'webhooks',
  access: { role: 'admin', scope: 'session-only' },
  response: { 200: WebhookDelivery },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal: { teamId }, params }) {
    const webhook = await webhooks.find(teamId, params.webhook_id);
    if (!webhook) throw notFound('webhook');
    const eventId = await deliveries.queueTest(teamId, webhook.id);
    const queued = await deliveries.find(teamId, webhook.id, eventId);
    if (queued) await deliver(queued);
    const delivery = await deliveries.find(teamId, webhook.id, eventId);
    if (!delivery) throw notFound('webhook');
    const { team_id: _team, ...row } = delivery;
    return ok(renderDelivery(row));
  },
});
