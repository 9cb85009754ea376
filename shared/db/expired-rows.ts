import { asWorker } from './scope.ts';

/** Removes answers kept for repeated requests after a day, sessions long over, and counters of minutes gone by. */
export async function remove(): Promise<void> {
  await asWorker(async (db) => {
    await db.query(`DELETE FROM idempotency_keys WHERE created_at < now() - interval '24 hours'`);
    await db.query(`DELETE FROM sessions WHERE expires_at < now() - interval '7 days'`);
    await db.query('DELETE FROM rate_limits WHERE expire < extract(epoch FROM now()) * 1000');
  });
}
