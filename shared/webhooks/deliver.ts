import { unseal } from '#shared/auth/sealed-text.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import { inTeam } from '#shared/db/scope.ts';
import type { DueDelivery, Outcome } from '#shared/db/webhook-deliveries.ts';
import * as deliveries from '#shared/db/webhook-deliveries.ts';
import type { SigningWebhook } from '#shared/db/webhooks.ts';
import * as webhooks from '#shared/db/webhooks.ts';
import { log } from '#shared/observability/log.ts';
import { toAuditEntry } from './audit-entry.ts';
import { postSafely } from './post.ts';
import { signedHeaders } from './signature.ts';

/** Seconds until the next try: five tries in a day. The last try has no next one. */
const RETRY_SECONDS = [60, 600, 7_200, 79_200];
const DISABLED_AFTER_DAYS = 5;
const BATCH = 200;
const PER_WEBHOOK = 10;

/**
 * Sends what is due, all webhooks at the same time: a slow receiver delays no other one. Each gets its events in
 * their order; after a failure it gets no more in this round. No new try begins after `deadlineMs`.
 * @returns the number of deliveries that arrived
 */
export async function deliverDue({ deadlineMs }: { deadlineMs: number }): Promise<number> {
  const until = performance.now() + deadlineMs;
  const due = await deliveries.listDue({ limit: BATCH, perWebhook: PER_WEBHOOK });
  const byWebhook = Map.groupBy(due, ({ webhook_id }) => webhook_id);
  const counts = await Promise.all([...byWebhook.values()].map((list) => deliverInOrder(list, until)));
  await deliveries.prune();
  return counts.reduce((sum, count) => sum + count, 0);
}

async function deliverInOrder(list: DueDelivery[], until: number): Promise<number> {
  let count = 0;
  for (const delivery of list) {
    if (performance.now() > until) break;
    try {
      if (!(await deliver(delivery))) break;
      count += 1;
    } catch (error) {
      log.warn('A webhook could not be sent and will be tried again', { error: error as Error });
      break;
    }
  }
  return count;
}

/** Tries one delivery. @returns whether it arrived */
export async function deliver(delivery: DueDelivery): Promise<boolean> {
  const { team_id: teamId, webhook_id: webhookId, attempts } = delivery;
  const wait = RETRY_SECONDS[attempts];
  if (!(await deliveries.claim(delivery, wait ?? 0))) return false;
  const webhook = await webhooks.findSigning(teamId, webhookId);
  if (!webhook) return false;
  if (!webhook.enabled && delivery.event !== 'webhook.test') {
    await deliveries.saveOutcome(delivery, giveUp('the webhook is switched off'));
    return false;
  }
  const outcome = await send(delivery, webhook, wait !== undefined);
  await deliveries.saveOutcome(delivery, outcome);
  if (outcome.status === 'delivered') await webhooks.markWorking(teamId, webhookId);
  else await recordFailure(teamId, webhookId);
  return outcome.status === 'delivered';
}

async function send(delivery: DueDelivery, webhook: SigningWebhook, isRetried: boolean): Promise<Outcome> {
  const data = delivery.data ?? (await auditData(delivery));
  if (!data) return giveUp('the entry of the audit log is gone');
  const timestamp = Math.floor(Date.now() / 1_000);
  const body = JSON.stringify({
    type: delivery.event,
    timestamp: delivery.created_at.toISOString(),
    team_id: delivery.team_id,
    data,
  });
  const secrets = [webhook.secret, webhook.previous_secret].flatMap((sealed) =>
    sealed ? [unseal('webhook', sealed)] : [],
  );
  const startedAt = performance.now();
  const result = await postSafely(
    webhook.url,
    body,
    signedHeaders({ id: delivery.id, timestamp, body }, secrets),
  );
  const durationMs = Math.round(performance.now() - startedAt);
  const responseStatus = 'status' in result ? result.status : null;
  if (responseStatus !== null && responseStatus >= 200 && responseStatus < 300)
    return { status: 'delivered', responseStatus, error: null, durationMs };
  const error = 'error' in result ? result.error : `answered ${result.status}`;
  return { status: isRetried ? 'pending' : 'failed', responseStatus, error, durationMs };
}

async function auditData(delivery: DueDelivery): Promise<Record<string, unknown> | null> {
  const row = await auditLog.find(delivery.team_id, delivery.id);
  return row && toAuditEntry(row);
}

function giveUp(error: string): Outcome {
  return { status: 'failed', responseStatus: null, error, durationMs: 0 };
}

async function recordFailure(teamId: string, webhookId: string): Promise<void> {
  await inTeam(teamId, async (db) => {
    if (!(await webhooks.markFailing(teamId, { webhookId, days: DISABLED_AFTER_DAYS }, db))) return;
    const after = { enabled: false, reason: 'failing' };
    await auditLog.append(
      teamId,
      { actor: 'system', action: 'webhook.disabled', targetId: webhookId, after },
      db,
    );
  });
}
