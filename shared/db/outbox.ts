import { asWorker, teamRows } from './scope.ts';

export type OutboxTask = {
  id: string;
  team_id: string;
  task: 'delete_document' | 'delete_vectors' | 'delete_team';
  payload: { document_id?: string; object_key?: string; model?: string | null; models?: string[] };
  attempts: number;
};

/**
 * A part of a statement: leaves the vectors that a document ($2 of team $1) has of another model to the outbox.
 * `was` is its row so far; `model` the new model's parameter, null: it stays as it was.
 */
export const leaveOldVectors = (model: `$${number}`) => `
  INSERT INTO outbox (id, team_id, task, payload)
  SELECT gen_random_uuid(), $1, 'delete_vectors',
    jsonb_build_object('document_id', $2::uuid, 'model', embedding_model) FROM was WHERE embedding_model <> ${model}`;

/** Tasks that are due, oldest first, across teams: which, not what they may touch. */
export function listDueTasks(limit: number): Promise<OutboxTask[]> {
  return asWorker(async (db) => {
    const { rows } = await db.query<OutboxTask>(
      'SELECT id, team_id, task, payload, attempts FROM outbox WHERE due_at <= now() ORDER BY due_at LIMIT $1',
      [limit],
    );
    return rows;
  });
}

/** Takes a due task for a while, so that two sweepers do not both do it. @returns false when another has it */
export async function claimTask(task: OutboxTask): Promise<boolean> {
  const rows = await teamRows(
    task.team_id,
    `UPDATE outbox SET attempts = attempts + 1, due_at = now() + make_interval(secs => least(30 * 2 ^ attempts, 3600))
     WHERE team_id = $1 AND id = $2 AND attempts = $3 RETURNING id`,
    { values: [task.team_id, task.id, task.attempts] },
  );
  return rows.length > 0;
}

/** Forgets a task that is done, and the tombstone it was about. */
export async function finishTask(task: OutboxTask): Promise<void> {
  await teamRows(
    task.team_id,
    `WITH done AS (DELETE FROM outbox WHERE team_id = $1 AND id = $2)
     DELETE FROM documents WHERE team_id = $1 AND id = $3 AND status = 'deleting'`,
    { values: [task.team_id, task.id, task.payload.document_id ?? null] },
  );
}

export type StaleDocument = {
  id: string;
  team_id: string;
  status: string;
  object_key: string;
  generation: number;
  age_seconds: number;
};

/** Asked for again after 1 minute, then ever more rarely: while a queue is long, repeated messages only lengthen it. */
const PATIENCE = `greatest(interval '1 minute', least((now() - created_at) / 2, interval '15 minutes'))`;

/** Documents that nobody works on: uploads without an event, and attempts whose lease ran out. */
export function listStaleDocuments(limit: number): Promise<StaleDocument[]> {
  return asWorker(async (db) => {
    const { rows } = await db.query<StaleDocument>(
      `SELECT id, team_id, status, object_key, generation, extract(epoch FROM now() - created_at)::int AS age_seconds
       FROM documents
       WHERE (status IN ('parsing', 'chunking', 'embedding', 'indexing') AND lease_expires_at < now())
          OR (status IN ('pending_upload', 'uploaded') AND updated_at < now() - ${PATIENCE})
       ORDER BY updated_at LIMIT $1`,
      [limit],
    );
    return rows;
  });
}

/** Notes that a stale document was asked for again, so that it is not asked for every minute. */
export async function touchDocument(teamId: string, documentId: string): Promise<void> {
  await teamRows(teamId, 'UPDATE documents SET updated_at = now() WHERE team_id = $1 AND id = $2', {
    values: [teamId, documentId],
  });
}

/** Removes answers kept for repeated requests after a day, sessions long over, and counters of minutes gone by. */
export async function deleteExpired(): Promise<void> {
  await asWorker(async (db) => {
    await db.query(`DELETE FROM idempotency_keys WHERE created_at < now() - interval '24 hours'`);
    await db.query(`DELETE FROM sessions WHERE expires_at < now() - interval '7 days'`);
    await db.query('DELETE FROM rate_limits WHERE expire < extract(epoch FROM now()) * 1000');
  });
}
