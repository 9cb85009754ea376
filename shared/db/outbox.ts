import { TEAMS_ON_HOLD } from './company-rules.ts';
import { asWorker, teamRows } from './scope.ts';

export type OutboxTask = {
  id: string;
  team_id: string;
  task: 'delete_document' | 'delete_vectors' | 'delete_team';
  payload: { document_id?: string; object_key?: string; model?: string | null; models?: string[] };
  attempts: number;
};

/**
 * SQL: queues deletion of the vectors that the previous model of document $2 of team $1 wrote. Needs a CTE `was` with
 * the old row. `model` is the parameter that holds the new model; null keeps the model, and queues nothing.
 */
export const queueOldVectors = (model: `$${number}`) => `
  INSERT INTO outbox (id, team_id, task, payload)
  SELECT gen_random_uuid(), $1, 'delete_vectors',
    jsonb_build_object('document_id', $2::uuid, 'model', embedding_model) FROM was WHERE embedding_model <> ${model}`;

/** Due tasks of all teams but those on legal hold, oldest first. Each is then run in its own team's scope. */
export function listDue(limit: number): Promise<OutboxTask[]> {
  return asWorker(async (db) => {
    const { rows } = await db.query<OutboxTask>(
      `SELECT id, team_id, task, payload, attempts FROM outbox
       WHERE due_at <= now() AND team_id NOT IN (${TEAMS_ON_HOLD}) ORDER BY due_at LIMIT $1`,
      [limit],
    );
    return rows;
  });
}

/** Claims a due task until its next retry is due. @returns false when another sweeper has claimed it */
export async function claim(task: OutboxTask): Promise<boolean> {
  const rows = await teamRows(
    task.team_id,
    `UPDATE outbox SET attempts = attempts + 1, due_at = now() + make_interval(secs => least(30 * 2 ^ attempts, 3600))
     WHERE team_id = $1 AND id = $2 AND attempts = $3 RETURNING id`,
    { values: [task.team_id, task.id, task.attempts] },
  );
  return rows.length > 0;
}

/**
 * Deletes a finished task, and the tombstone of its document; a response that was stored while the document was deleted
 * goes too.
 */
export async function finish(task: OutboxTask): Promise<void> {
  await teamRows(
    task.team_id,
    `WITH done AS (DELETE FROM outbox WHERE team_id = $1 AND id = $2),
       replies AS (DELETE FROM idempotency_keys WHERE mentions && ARRAY[$3::uuid])
     DELETE FROM documents WHERE team_id = $1 AND id = $3 AND status = 'deleting'`,
    { values: [task.team_id, task.id, task.payload.document_id ?? null] },
  );
}
