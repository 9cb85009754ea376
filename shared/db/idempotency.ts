import { unscoped } from './scope.ts';

/** `heldSeconds`: how long a request that has not ended holds the key. */
export type IdempotencySlot = { principal: string; route: string; key: string; heldSeconds: number };
export type IdempotencyRow = { request_hash: string; status: number | null; response: Buffer | null };

/** Keys are kept a day; a request that never ended, its process having died, gives its key back sooner. */
const EXPIRED = `created_at < now() - interval '24 hours'
  OR (status IS NULL AND created_at < now() - make_interval(secs => $4))`;

/** Takes the key for a request, or returns what an earlier request with it left. */
export function claim(slot: IdempotencySlot, requestHash: string): Promise<IdempotencyRow | null> {
  return unscoped(async (db) => {
    const values = [slot.principal, slot.route, slot.key];
    await db.query(
      `DELETE FROM idempotency_keys WHERE principal = $1 AND route = $2 AND key = $3 AND (${EXPIRED})`,
      [...values, slot.heldSeconds],
    );
    const { rowCount } = await db.query(
      `INSERT INTO idempotency_keys (principal, route, key, request_hash) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
      [...values, requestHash],
    );
    if (rowCount === 1) return null;
    const { rows } = await db.query<IdempotencyRow>(
      'SELECT request_hash, status, response FROM idempotency_keys WHERE principal = $1 AND route = $2 AND key = $3',
      values,
    );
    return rows[0] ?? null;
  });
}

/** Keeps the answer of a finished request. */
export async function saveReply(
  slot: IdempotencySlot,
  reply: { status: number; response: Buffer },
): Promise<void> {
  await unscoped((db) =>
    db.query(
      'UPDATE idempotency_keys SET status = $4, response = $5 WHERE principal = $1 AND route = $2 AND key = $3',
      [slot.principal, slot.route, slot.key, reply.status, reply.response],
    ),
  );
}

/** Gives the key back after a failure, so that the client may try again with it. */
export async function release(slot: IdempotencySlot): Promise<void> {
  await unscoped((db) =>
    db.query('DELETE FROM idempotency_keys WHERE principal = $1 AND route = $2 AND key = $3', [
      slot.principal,
      slot.route,
      slot.key,
    ]),
  );
}
