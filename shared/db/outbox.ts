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
export function listDue(limit: number): Promise<OutboxTask[]> {
  return asWorker(async (db) => {
    const { rows } = await db.query<OutboxTask>(
      'SELECT id, team_id, task, payload, attempts FROM outbox WHERE due_at <= now() ORDER BY due_at LIMIT $1',
      [limit],
    );
    return rows;
  });
}

/** Takes a due task for a while, so that two sweepers do not both do it. @returns false when another has it */
export async function claim(task: OutboxTask): Promise<boolean> {
  const rows = await teamRows(
    task.team_id,
    `UPDATE outbox SET attempts = attempts + 1, due_at = now() + make_interval(secs => least(30 * 2 ^ attempts, 3600))
     WHERE team_id = $1 AND id = $2 AND attempts = $3 RETURNING id`,
    { values: [task.team_id, task.id, task.attempts] },
  );
  return rows.length > 0;
}

/** Forgets a task that is done, and the tombstone it was about. */
export async function finish(task: OutboxTask): Promise<void> {
  await teamRows(
    task.team_id,
    `WITH done AS (DELETE FROM outbox WHERE team_id = $1 AND id = $2)
     DELETE FROM documents WHERE team_id = $1 AND id = $3 AND status = 'deleting'`,
    { values: [task.team_id, task.id, task.payload.document_id ?? null] },
  );
}
