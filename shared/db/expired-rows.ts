import { asWorker } from './scope.ts';

/**
 * Removes idempotency keys after a day, sessions a week after their end, sign-in links a day
 * after theirs, and expired logout tokens and rate limit counters.
 */
export async function remove(): Promise<void> {
  await asWorker(async (db) => {
    await db.query(`DELETE FROM idempotency_keys WHERE created_at < now() - interval '24 hours'`);
    await db.query(`DELETE FROM sessions WHERE expires_at < now() - interval '7 days'`);
    await db.query(`DELETE FROM sign_in_links WHERE expires_at < now() - interval '1 day'`);
    await db.query('DELETE FROM logout_tokens WHERE expires_at < now()');
    await db.query('DELETE FROM rate_limits WHERE expire < extract(epoch FROM now()) * 1000');
  });
}
