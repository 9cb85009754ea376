import { type Db, unscoped } from './scope.ts';

/** `heldSeconds`: how long an unfinished request holds the key. */
export type IdempotencySlot = { principal: string; route: string; key: string; heldSeconds: number };
export type IdempotencyRow = {
  request_hash: string;
  status: number | null;
  response: Buffer | null;
  /** The collections that the caller saw when the earlier request began. */
  readable: string[];
};

/** What a request is compared by with an earlier one, and the collections that its caller sees now. */
type Claim = { requestHash: string; readable: string[] };

/** Condition: a key is older than a day, or its unfinished request has held it too long (its process died). */
const EXPIRED = `created_at < now() - interval '24 hours'
  OR (status IS NULL AND created_at < now() - make_interval(secs => $4))`;

/** Claims the key for a request. @returns null, or the row of the earlier request that holds the key */
export function claim(
  slot: IdempotencySlot,
  { requestHash, readable }: Claim,
): Promise<IdempotencyRow | null> {
  return unscoped(async (db) => {
    const values = [slot.principal, slot.route, slot.key];
    await db.query(
      `DELETE FROM idempotency_keys WHERE principal = $1 AND route = $2 AND key = $3 AND (${EXPIRED})`,
      [...values, slot.heldSeconds],
    );
    const { rowCount } = await db.query(
      `INSERT INTO idempotency_keys (principal, route, key, request_hash, readable) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT DO NOTHING`,
      [...values, requestHash, readable],
    );
    if (rowCount === 1) return null;
    const { rows } = await db.query<IdempotencyRow>(
      'SELECT request_hash, status, response, readable FROM idempotency_keys WHERE principal = $1 AND route = $2 AND key = $3',
      values,
    );
    return rows[0] ?? null;
  });
}

/** Stores the response of a finished request. `mentions`: the ids in it. */
export async function saveReply(
  slot: IdempotencySlot,
  reply: { status: number; response: Buffer; mentions: string[] },
): Promise<void> {
  await unscoped((db) =>
    db.query(
      `UPDATE idempotency_keys SET status = $4, response = $5, mentions = $6
       WHERE principal = $1 AND route = $2 AND key = $3`,
      [slot.principal, slot.route, slot.key, reply.status, reply.response, reply.mentions],
    ),
  );
}

/** Deletes the responses that mention one of these documents: a repeated request is then a new one. */
export async function forgetReplies(documentIds: string[], db: Db): Promise<void> {
  await db.query('DELETE FROM idempotency_keys WHERE mentions && $1::uuid[]', [documentIds]);
}

/** Releases the key after a failure, so that the client may retry with it. */
export async function release(slot: IdempotencySlot): Promise<void> {
  await unscoped((db) =>
    db.query('DELETE FROM idempotency_keys WHERE principal = $1 AND route = $2 AND key = $3', [
      slot.principal,
      slot.route,
      slot.key,
    ]),
  );
}
