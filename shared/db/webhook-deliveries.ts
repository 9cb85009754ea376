import { v7 as uuidv7 } from 'uuid';
import { asWorker, type Db, inTeam, teamRows } from './scope.ts';

export type DeliveryRow = {
  /** The event's id: one webhook gets an event once. */
  id: string;
  webhook_id: string;
  event: string;
  data: Record<string, unknown> | null;
  status: 'pending' | 'delivered' | 'failed';
  attempts: number;
  due_at: Date | null;
  response_status: number | null;
  error: string | null;
  duration_ms: number | null;
  created_at: Date;
  finished_at: Date | null;
};

export type DueDelivery = DeliveryRow & { team_id: string };

const COLUMNS = `event_id AS id, webhook_id, event, data, status, attempts, due_at, response_status, error, duration_ms,
  created_at, finished_at`;

/** Condition: webhook `w` asks for the event in $5. */
const ASKED_FOR = `w.enabled AND ('*' = ANY (w.events) OR $5 = ANY (w.events)
  OR split_part($5, '.', 1) || '.*' = ANY (w.events))`;

/**
 * A webhook that is being deleted gets no more events. Without the lock a deletion that commits first would make the
 * reference to it fail, and with it the change that the event tells of.
 */
const NOT_BEING_DELETED = 'FOR KEY SHARE OF w SKIP LOCKED';

/** SQL: queues the audit entry $1 of team $2 with the action $5 for the webhooks that ask for it. */
export const QUEUE_AUDIT_ENTRY = `
  INSERT INTO webhook_deliveries (team_id, webhook_id, event_id, event)
  SELECT w.team_id, w.id, $1, $5 FROM webhooks w WHERE w.team_id = $2::uuid AND ${ASKED_FOR}
  ${NOT_BEING_DELETED}`;

/** Events that are no audit entries. */
export type PlatformEvent = 'document.ready' | 'document.failed' | 'answer.refused' | 'budget.reached';

/**
 * Queues an event for the webhooks that ask for it, in the transaction `db` of what happened. `data` holds ids and
 * codes, never text that a person wrote. `once`: at most one event of this kind in a calendar month.
 */
export async function queue(
  teamId: string,
  {
    event,
    data,
    once = null,
  }: { event: PlatformEvent; data: Record<string, unknown>; once?: 'month' | null },
  db?: Db,
): Promise<void> {
  await inTeam(
    teamId,
    (scoped) =>
      scoped.query(
        `INSERT INTO webhook_deliveries (team_id, webhook_id, event_id, event, data)
         SELECT w.team_id, w.id, $1, $5, $3::jsonb FROM webhooks w WHERE w.team_id = $2 AND ${ASKED_FOR}
           AND ($4::text IS NULL OR NOT EXISTS (SELECT FROM webhook_deliveries d WHERE d.team_id = $2
             AND d.webhook_id = w.id AND d.event = $5 AND d.created_at >= date_trunc($4, now())
             AND d.data = $3::jsonb))
         ${NOT_BEING_DELETED}`,
        [uuidv7(), teamId, data, once, event],
      ),
    db,
  );
}

/** Queues a test event for one webhook, whatever it asks for. @returns the event's id */
export async function queueTest(teamId: string, webhookId: string): Promise<string> {
  const id = uuidv7();
  await teamRows(
    teamId,
    `INSERT INTO webhook_deliveries (team_id, webhook_id, event_id, event, data)
     VALUES ($1, $2, $3, 'webhook.test', '{}')`,
    { values: [teamId, webhookId, id] },
  );
  return id;
}

/** One page of the deliveries of a webhook, newest first. */
export function list(
  teamId: string,
  webhookId: string,
  page: { limit: number; before: string | null },
): Promise<DeliveryRow[]> {
  return teamRows(
    teamId,
    `SELECT ${COLUMNS} FROM webhook_deliveries WHERE team_id = $1 AND webhook_id = $2
       AND ($3::uuid IS NULL OR event_id < $3) ORDER BY event_id DESC LIMIT $4`,
    { values: [teamId, webhookId, page.before, page.limit] },
  );
}

/** One delivery, to be sent now. */
export async function find(teamId: string, webhookId: string, eventId: string): Promise<DueDelivery | null> {
  const rows = await teamRows<DueDelivery>(
    teamId,
    `SELECT team_id, ${COLUMNS} FROM webhook_deliveries WHERE team_id = $1 AND webhook_id = $2 AND event_id = $3`,
    { values: [teamId, webhookId, eventId] },
  );
  return rows[0] ?? null;
}

/** Due deliveries of all teams: of each webhook its oldest `perWebhook`, so that no backlog displaces the others. */
export function listDue({
  limit,
  perWebhook,
}: {
  limit: number;
  perWebhook: number;
}): Promise<DueDelivery[]> {
  return asWorker(async (db) => {
    const { rows } = await db.query<DueDelivery>(
      `SELECT team_id, ${COLUMNS} FROM (
         SELECT *, row_number() OVER (PARTITION BY webhook_id ORDER BY due_at, event_id) AS place
         FROM webhook_deliveries WHERE due_at <= now()
       ) due WHERE place <= $1 ORDER BY place, due_at LIMIT $2`,
      [perWebhook, limit],
    );
    return rows;
  });
}

/** Claims a delivery for one try, until its next one is due. @returns false when another sweeper has claimed it */
export async function claim(delivery: DueDelivery, retrySeconds: number): Promise<boolean> {
  const rows = await teamRows(
    delivery.team_id,
    `UPDATE webhook_deliveries SET attempts = attempts + 1, due_at = now() + make_interval(secs => $4)
     WHERE team_id = $1 AND webhook_id = $2 AND event_id = $3 AND attempts = $5 AND status = 'pending' RETURNING event_id`,
    { values: [delivery.team_id, delivery.webhook_id, delivery.id, retrySeconds, delivery.attempts] },
  );
  return rows.length > 0;
}

export type Outcome = {
  status: DeliveryRow['status'];
  responseStatus: number | null;
  error: string | null;
  durationMs: number;
};

/** Stores how a try ended. A delivery that stays `pending` keeps the time of its next try. */
export async function saveOutcome({ team_id, webhook_id, id }: DueDelivery, outcome: Outcome): Promise<void> {
  await teamRows(
    team_id,
    `UPDATE webhook_deliveries SET status = $4, response_status = $5, error = $6, duration_ms = $7,
       due_at = CASE WHEN $4 = 'pending' THEN due_at END, finished_at = CASE WHEN $4 <> 'pending' THEN now() END
     WHERE team_id = $1 AND webhook_id = $2 AND event_id = $3`,
    {
      values: [
        team_id,
        webhook_id,
        id,
        outcome.status,
        outcome.responseStatus,
        outcome.error,
        outcome.durationMs,
      ],
    },
  );
}

/** Removes deliveries of more than 35 days ago. */
export async function prune(): Promise<void> {
  await asWorker((db) =>
    db.query(`DELETE FROM webhook_deliveries WHERE created_at < now() - interval '35 days'`),
  );
}
