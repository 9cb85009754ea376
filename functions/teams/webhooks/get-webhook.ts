import { notFound } from '#shared/core/errors.ts';
import * as webhooks from '#shared/db/webhooks.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { renderWebhook, Webhook } from './schemas.ts';

export const getWebhook = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/webhooks/{webhook_id}',
  summary: 'Get a webhook',
  tag: 'webhooks',
  access: { role: 'admin', scope: 'session-only' },
  response: { 200: Webhook },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal, params }) {
    const row = await webhooks.find(principal.teamId, params.webhook_id);
    if (!row) throw notFound('webhook');
    return ok(renderWebhook(row));
  },
});
