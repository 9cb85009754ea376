import type { Db } from './scope.ts';

/**
 * The number of teams that a person has founded, also with an account that was deleted. A deleted team counts until its
 * month (UTC) is over, because its budget was that of the month. Locks the person until `db` ends, so that simultaneous requests are counted.
 */
export async function countAndLock(userId: string, db: Db): Promise<number> {
  await db.query('SELECT id FROM users WHERE id = $1 FOR UPDATE', [userId]);
  const { rows } = await db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM founded_teams
     WHERE user_id IN (SELECT id FROM users WHERE id = $1
         OR identity_hash = (SELECT identity_hash FROM users WHERE id = $1))
       AND (deleted_at IS NULL
       OR deleted_at >= date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC')`,
    [userId],
  );
  return rows[0]?.count ?? 0;
}

/** Records who founded a team. */
export async function insert({ teamId, userId }: { teamId: string; userId: string }, db: Db): Promise<void> {
  await db.query('INSERT INTO founded_teams (id, user_id) VALUES ($1, $2)', [teamId, userId]);
}

/** Records that a team was deleted. */
export async function markDeleted(teamId: string, db: Db): Promise<void> {
  await db.query('UPDATE founded_teams SET deleted_at = now() WHERE id = $1', [teamId]);
}
