import { type Db, unscoped } from './scope.ts';

/** Longer than any answer takes, as for the reservations of a team. */
const LIFETIME = `interval '10 minutes'`;
const THIS_MONTH = `date_trunc('month', now() AT TIME ZONE 'UTC')::date`;

/** Serializes transactions that check the installation's budget, until `db` ends, and removes expired reservations. */
export async function lock(db: Db): Promise<void> {
  await db.query(`SELECT pg_advisory_xact_lock(hashtextextended('budget:installation', 0))`);
  await db.query('DELETE FROM installation_reservations WHERE expires_at < now()');
}

/** USD of this calendar month (UTC), over all teams: spent, and reserved for answers in progress. */
export async function sumThisMonth(db: Db): Promise<{ spent: number; held: number }> {
  const { rows } = await db.query<{ spent: number; held: number }>(
    `SELECT coalesce((SELECT cost_usd FROM installation_spending WHERE month = ${THIS_MONTH}), 0)::float8 AS spent,
       coalesce((SELECT sum(amount_usd) FROM installation_reservations), 0)::float8 AS held`,
  );
  return rows[0] ?? { spent: 0, held: 0 };
}

/** Reserves an amount under the id of the team's reservation. */
export async function reserve({ id, amountUsd }: { id: string; amountUsd: number }, db: Db): Promise<void> {
  await db.query(
    `INSERT INTO installation_reservations (id, amount_usd, expires_at) VALUES ($1, $2, now() + ${LIFETIME})`,
    [id, amountUsd],
  );
}

/** Deletes a reservation, if there is one with this id. */
export async function release(id: string, db?: Db): Promise<void> {
  await unscoped((scoped) => scoped.query('DELETE FROM installation_reservations WHERE id = $1', [id]), db);
}

/** Adds the cost of an answer to this month. */
export async function add(costUsd: number, db: Db): Promise<void> {
  if (costUsd === 0) return;
  await db.query(
    `INSERT INTO installation_spending AS s (month, cost_usd) VALUES (${THIS_MONTH}, $1)
     ON CONFLICT (month) DO UPDATE SET cost_usd = s.cost_usd + excluded.cost_usd`,
    [costUsd],
  );
}
