import { z } from 'zod';
import { notFound } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import { inTeam } from '#shared/db/scope.ts';
import * as webhooks from '#shared/db/webhooks.ts';
import { changes, defineRoute, ok } from '#shared/http/route.ts';
import { requireReachable } from '#shared/webhooks/reach.ts';
import { Description, Events, renderWebhook, Webhook, WebhookUrl } from './schemas.ts';

export const updateWebhook = defineRoute({
  method: 'PATCH',
  path: '/v1/teams/{team_id}/webhooks/{webhook_id}',
  summary: 'Change a webhook',
  description: 'Switching it on again also ends a `failing` state.',
  tag: 'webhooks',
  access: { role: 'admin', scope: 'session-only' },
  body: changes(
    z.object({ url: WebhookUrl, description: Description, events: Events, enabled: z.boolean() }),
  ),
  response: { 200: Webhook },
  errors: ['not_found', 'insufficient_role', 'unknown_url'],
  async run({ principal, params, body }) {
    const { teamId } = principal;
    if (body.url) await requireReachable(body.url);
    const row = await inTeam(teamId, async (db) => {
      const present = await webhooks.find(teamId, params.webhook_id, db);
      if (!present) throw notFound('webhook');
      const values = { before: auditLog.pick(present, body), after: body };
      const entry = { actor: principal, action: 'webhook.updated', targetId: present.id, ...values };
      await auditLog.append(teamId, entry, db);
      return await webhooks.update(teamId, { ...body, id: present.id }, db);
    });
    if (!row) throw notFound('webhook');
    return ok(renderWebhook(row));
  },
});
