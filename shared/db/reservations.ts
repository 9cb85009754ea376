import { v7 as uuidv7 } from 'uuid';
import { type Db, teamRows } from './scope.ts';

/** Longer than any answer takes: Lambda ends the function after five minutes. */
const LIFETIME = `interval '10 minutes'`;

/** Serializes transactions that check a team's budget, until `db` ends, and removes expired reservations. */
export async function lockBudget(teamId: string, db: Db): Promise<void> {
  await db.query(`SELECT pg_advisory_xact_lock(hashtextextended('budget:' || $1, 0))`, [teamId]);
  await db.query('DELETE FROM reservations WHERE team_id = $1 AND expires_at < now()', [teamId]);
}

/** Answers in progress: their number, and what they hold in USD of the team's budget and of one API key's. */
export async function sum(
  teamId: string,
  keyId: string | null,
  db: Db,
): Promise<{ answers: number; team: number; key: number }> {
  const { rows } = await db.query<{ answers: number; team: number; key: number }>(
    `SELECT count(*)::int AS answers, coalesce(sum(amount_usd), 0)::float8 AS team,
       coalesce(sum(amount_usd) FILTER (WHERE api_key_id = $2), 0)::float8 AS key
     FROM reservations WHERE team_id = $1`,
    [teamId, keyId],
  );
  return rows[0] ?? { answers: 0, team: 0, key: 0 };
}

/** Reserves an amount. @returns the id of the reservation */
export async function insert(
  teamId: string,
  { keyId, amountUsd }: { keyId: string | null; amountUsd: number },
  db: Db,
): Promise<string> {
  const id = uuidv7();
  await db.query(
    `INSERT INTO reservations (id, team_id, api_key_id, amount_usd, expires_at)
     VALUES ($1, $2, $3, $4, now() + ${LIFETIME})`,
    [id, teamId, keyId, amountUsd],
  );
  return id;
}

/** Deletes a reservation. */
export async function remove(teamId: string, id: string, db?: Db): Promise<void> {
  await teamRows(teamId, 'DELETE FROM reservations WHERE team_id = $1 AND id = $2', {
    values: [teamId, id],
    db,
  });
}
