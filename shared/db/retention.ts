import { asWorker, teamRows } from './scope.ts';

const BATCH = 200;

/** The teams that keep conversations for a limited time, without those on legal hold. */
export function listTeams(): Promise<{ id: string; retention_days: number }[]> {
  return asWorker(async (db) => {
    const { rows } = await db.query<{ id: string; retention_days: number }>(
      'SELECT id, retention_days FROM teams WHERE retention_days IS NOT NULL AND legal_hold_since IS NULL ORDER BY id LIMIT 10000',
    );
    return rows;
  });
}

/**
 * Deletes up to 200 conversations of a team without a message in so many days, oldest first; pinned ones too.
 * @returns how many
 */
export async function removeExpired(teamId: string, days: number): Promise<number> {
  const rows = await teamRows(
    teamId,
    `DELETE FROM conversations WHERE team_id = $1 AND id IN (
       SELECT c.id FROM conversations c
       WHERE c.team_id = $1 AND c.created_at < now() - make_interval(days => $2) AND NOT EXISTS (
         SELECT FROM messages m WHERE m.team_id = $1 AND m.conversation_id = c.id
           AND m.created_at >= now() - make_interval(days => $2))
       ORDER BY c.id LIMIT ${BATCH})
     RETURNING id`,
    { values: [teamId, days] },
  );
  return rows.length;
}
