import { z } from 'zod';
import { seal } from '#shared/auth/sealed-text.ts';
import { notFound } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as webhooks from '#shared/db/webhooks.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { generateSecret } from '#shared/webhooks/signature.ts';
import { renderWebhook, WebhookWithSecret } from './schemas.ts';

export const rotateWebhookSecret = defineRoute({
  method: 'POST',
  path: '/v1/teams/{team_id}/webhooks/{webhook_id}/rotate',
  summary: 'Replace the secret of a webhook',
  description:
    'For `overlap_hours` each delivery has two signatures, by the new and by the old secret, so that a receiver can change over.',
  tag: 'webhooks',
  access: { role: 'admin', scope: 'session-only' },
  body: z.object({ overlap_hours: z.int().min(0).max(168).default(24) }),
  response: { 200: WebhookWithSecret },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal, params, body }) {
    const { teamId } = principal;
    const secret = generateSecret();
    const id = params.webhook_id;
    const entry = { actor: principal, action: 'webhook.rotated', targetId: id, after: body };
    const row = await auditLog.recorded(teamId, entry, async (db) => {
      const change = { id, secret: seal('webhook', secret), overlapHours: body.overlap_hours };
      const rotated = await webhooks.rotate(teamId, change, db);
      if (!rotated) throw notFound('webhook');
      return rotated;
    });
    return ok({ ...renderWebhook(row), secret });
  },
});
