import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { seal } from '#shared/auth/sealed-text.ts';
import { AppError } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import { inTeam } from '#shared/db/scope.ts';
import * as webhooks from '#shared/db/webhooks.ts';
import { created, defineRoute } from '#shared/http/route.ts';
import { requireReachable } from '#shared/webhooks/reach.ts';
import { generateSecret } from '#shared/webhooks/signature.ts';
import { Description, Events, renderWebhook, WebhookUrl, WebhookWithSecret } from './schemas.ts';

const MAX_WEBHOOKS = 10;

export const createWebhook = defineRoute({
  method: 'POST',
  path: '/v1/teams/{team_id}/webhooks',
  summary: 'Create a webhook',
  description:
    'Events are sent as Standard Webhooks (standardwebhooks.com): signed with the secret, at least once, mostly in order. A delivery that is not answered with 2xx within 8 seconds is tried five times in a day.',
  tag: 'webhooks',
  access: { role: 'admin', scope: 'session-only' },
  idempotent: true,
  body: z.object({ url: WebhookUrl, description: Description.default(''), events: Events.default(['*']) }),
  response: { 201: WebhookWithSecret },
  errors: ['not_found', 'insufficient_role', 'unknown_url', 'conflict'],
  async run({ principal, body }) {
    const { teamId, userId } = principal;
    await requireReachable(body.url);
    const secret = generateSecret();
    const webhook = { ...body, id: uuidv7(), created_by: userId, secret: seal('webhook', secret) };
    const row = await inTeam(teamId, async (db) => {
      if ((await webhooks.countLocked(teamId, db)) >= MAX_WEBHOOKS)
        throw new AppError('conflict', `A team may have ${MAX_WEBHOOKS} webhooks; delete one first.`);
      const entry = { actor: principal, action: 'webhook.created', targetId: webhook.id, after: body };
      await auditLog.append(teamId, entry, db);
      return await webhooks.insert(teamId, webhook, db);
    });
    return created({ ...renderWebhook(row), secret });
  },
});
