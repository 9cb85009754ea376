import { type Db, teamRows } from './scope.ts';

export type WebhookRow = {
  id: string;
  url: string;
  description: string;
  events: string[];
  enabled: boolean;
  failing_since: Date | null;
  disabled_reason: 'failing' | null;
  previous_expires_at: Date | null;
  created_by: string;
  created_at: Date;
};

/** A webhook with its encrypted secrets; the previous one is null once it has expired. */
export type SigningWebhook = WebhookRow & { secret: Buffer; previous_secret: Buffer | null };

const COLUMNS = `id, url, description, events, enabled, failing_since, disabled_reason,
  CASE WHEN previous_expires_at > now() THEN previous_expires_at END AS previous_expires_at, created_by, created_at`;

type NewWebhook = Pick<WebhookRow, 'id' | 'url' | 'description' | 'events' | 'created_by'> & {
  secret: Buffer;
};

/** Inserts a webhook. */
export async function insert(teamId: string, webhook: NewWebhook, db: Db): Promise<WebhookRow> {
  const { id, url, description, events, created_by, secret } = webhook;
  const { rows } = await db.query<WebhookRow>(
    `INSERT INTO webhooks (id, team_id, url, description, events, created_by, secret)
     VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${COLUMNS}`,
    [id, teamId, url, description, events, created_by, secret],
  );
  return rows[0] as WebhookRow;
}

/** How many webhooks the team has. Locks the team, so that two inserts cannot pass the limit together. */
export async function countLocked(teamId: string, db: Db): Promise<number> {
  await db.query('SELECT id FROM teams WHERE id = $1 FOR UPDATE', [teamId]);
  const { rows } = await db.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM webhooks WHERE team_id = $1',
    [teamId],
  );
  return rows[0]?.count ?? 0;
}

/** One page of the team's webhooks, newest first. */
export function list(teamId: string, page: { limit: number; before: string | null }): Promise<WebhookRow[]> {
  return teamRows(
    teamId,
    `SELECT ${COLUMNS} FROM webhooks WHERE team_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
    { values: [teamId, page.before, page.limit] },
  );
}

/** One webhook of the team. */
export async function find(teamId: string, webhookId: string, db?: Db): Promise<WebhookRow | null> {
  const rows = await teamRows<WebhookRow>(
    teamId,
    `SELECT ${COLUMNS} FROM webhooks WHERE team_id = $1 AND id = $2`,
    { values: [teamId, webhookId], db },
  );
  return rows[0] ?? null;
}

/** A webhook with what is needed to sign for it. */
export async function findSigning(teamId: string, webhookId: string): Promise<SigningWebhook | null> {
  const rows = await teamRows<SigningWebhook>(
    teamId,
    `SELECT ${COLUMNS}, secret, CASE WHEN previous_expires_at > now() THEN previous_secret END AS previous_secret
     FROM webhooks WHERE team_id = $1 AND id = $2`,
    { values: [teamId, webhookId] },
  );
  return rows[0] ?? null;
}

type WebhookChange = Partial<Pick<WebhookRow, 'url' | 'description' | 'events' | 'enabled'>>;

/** Changes the given fields. Switching a webhook on again forgets that it was failing. */
export async function update(
  teamId: string,
  { id, ...change }: WebhookChange & { id: string },
  db: Db,
): Promise<WebhookRow | null> {
  const { rows } = await db.query<WebhookRow>(
    `UPDATE webhooks SET url = coalesce($3, url), description = coalesce($4, description),
       events = coalesce($5, events), enabled = coalesce($6, enabled),
       failing_since = CASE WHEN $6 OR $3::text IS NOT NULL THEN NULL ELSE failing_since END,
       disabled_reason = CASE WHEN $6 THEN NULL ELSE disabled_reason END
     WHERE team_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
    [teamId, id, change.url, change.description, change.events, change.enabled],
  );
  return rows[0] ?? null;
}

/** Sets a new secret. Deliveries are signed with the old one too for `overlapHours`. */
export async function rotate(
  teamId: string,
  { id, secret, overlapHours }: { id: string; secret: Buffer; overlapHours: number },
  db: Db,
): Promise<WebhookRow | null> {
  const { rows } = await db.query<WebhookRow>(
    `UPDATE webhooks SET previous_secret = secret, previous_expires_at = now() + make_interval(hours => $4), secret = $3
     WHERE team_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
    [teamId, id, secret, overlapHours],
  );
  return rows[0] ?? null;
}

/** Deletes a webhook with its deliveries. @returns false when there is none with this id */
export async function remove(teamId: string, webhookId: string, db: Db): Promise<boolean> {
  const { rowCount } = await db.query('DELETE FROM webhooks WHERE team_id = $1 AND id = $2', [
    teamId,
    webhookId,
  ]);
  return rowCount === 1;
}

/** Records that a delivery arrived. */
export async function markWorking(teamId: string, webhookId: string): Promise<void> {
  await teamRows(
    teamId,
    'UPDATE webhooks SET failing_since = NULL WHERE team_id = $1 AND id = $2 AND failing_since IS NOT NULL',
    { values: [teamId, webhookId] },
  );
}

/** Records that a delivery failed. Switches the webhook off after `days` without a success. @returns whether it did */
export async function markFailing(
  teamId: string,
  { webhookId, days }: { webhookId: string; days: number },
  db: Db,
): Promise<boolean> {
  const { rows } = await db.query<{ enabled: boolean }>(
    `UPDATE webhooks SET failing_since = coalesce(failing_since, now()),
       enabled = failing_since IS NULL OR failing_since > now() - make_interval(days => $3),
       disabled_reason = CASE WHEN failing_since <= now() - make_interval(days => $3) THEN 'failing' END
     WHERE team_id = $1 AND id = $2 AND enabled RETURNING enabled`,
    [teamId, webhookId, days],
  );
  return rows[0]?.enabled === false;
}
