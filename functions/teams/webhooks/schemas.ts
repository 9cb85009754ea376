import { z } from 'zod';
import type { DeliveryRow } from '#shared/db/webhook-deliveries.ts';
import type { WebhookRow } from '#shared/db/webhooks.ts';
import { Id, Timestamp } from '#shared/http/route.ts';

const EVENT = /^(\*|[a-z][a-z_]*\.(\*|[a-z][a-z_]*))$/;

export const Events = z
  .array(z.string().max(100).regex(EVENT, 'must be `*`, `thing.*` or `thing.verb`'))
  .min(1)
  .max(50)
  .meta({
    description:
      'What is sent: `document.ready`, `document.failed`, `answer.refused`, `budget.reached`, and every action of the audit log, such as `member.removed`; `member.*` for all of a thing, `*` for everything',
  });

export const WebhookUrl = z.url().max(2_000);
export const Description = z.string().trim().max(200);

export const Webhook = z
  .object({
    id: Id,
    url: z.string(),
    description: z.string(),
    events: z.array(z.string()),
    enabled: z.boolean(),
    disabled_reason: z.enum(['failing']).nullable().meta({
      description: '`failing`: nothing arrived for five days, so that it was switched off',
    }),
    failing_since: Timestamp.nullable(),
    previous_secret_expires_at: Timestamp.nullable().meta({
      description: 'Until then deliveries are signed with the previous secret too',
    }),
    created_by: Id,
    created_at: Timestamp,
  })
  .meta({ id: 'Webhook' });

export const WebhookWithSecret = Webhook.extend({
  secret: z.string().meta({ description: 'Shown only once: the receiver checks signatures with it' }),
}).meta({ id: 'WebhookWithSecret' });

export const WebhookDelivery = z
  .object({
    id: Id.meta({ description: 'The header `webhook-id`, the same at each try' }),
    event: z.string(),
    status: z.enum(['pending', 'delivered', 'failed']),
    attempts: z.int(),
    next_attempt_at: Timestamp.nullable(),
    response_status: z.int().nullable(),
    error: z.string().nullable(),
    duration_ms: z.int().nullable(),
    created_at: Timestamp,
    finished_at: Timestamp.nullable(),
  })
  .meta({ id: 'WebhookDelivery' });

export function renderWebhook({ previous_expires_at, ...row }: WebhookRow) {
  return { ...row, previous_secret_expires_at: previous_expires_at };
}

export function renderDelivery({ due_at, data: _data, webhook_id: _webhook, ...row }: DeliveryRow) {
  return { ...row, next_attempt_at: row.status === 'pending' ? due_at : null };
}
