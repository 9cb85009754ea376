import * as auditLog from './audit-log.ts';
import { TEAMS_ON_HOLD } from './company-rules.ts';
import { asWorker, type Db } from './scope.ts';

export type Erasure = { user_id: string; email: string; requested_at: Date };

/** Conversations that one statement deletes, with their messages. */
const BATCH = 200;
/** A request that was under way may still write a conversation. */
const SETTLED = `interval '5 minutes'`;

/** Queues a person whom the transaction `db` deletes. */
export async function insert(userId: string, email: string, db: Db): Promise<void> {
  await db.query('INSERT INTO erasures (user_id, email) VALUES ($1, $2)', [userId, email]);
}

/** The people who are still to be erased, first come first served. */
export function list(limit: number): Promise<Erasure[]> {
  return asWorker(async (db) => {
    const { rows } = await db.query<Erasure>(
      'SELECT user_id, email, requested_at FROM erasures ORDER BY requested_at LIMIT $1',
      [limit],
    );
    return rows;
  });
}

/**
 * Erases what is left of a person in all teams: conversations, invitations to their address, and the names and values
 * of the audit log. What a team on legal hold keeps is erased after the hold. @returns false while there is more
 */
export async function run({ user_id: userId, email }: Erasure): Promise<boolean> {
  const deleted = await asWorker(async (db) => {
    const { rowCount } = await db.query(
      `DELETE FROM conversations WHERE id IN (
         SELECT id FROM conversations WHERE user_id = $1 AND team_id NOT IN (${TEAMS_ON_HOLD}) LIMIT ${BATCH})`,
      [userId],
    );
    await db.query(
      `DELETE FROM invitations WHERE lower(email) = lower($1) AND team_id NOT IN (${TEAMS_ON_HOLD})`,
      [email],
    );
    return rowCount ?? 0;
  });
  await auditLog.erasePerson({ userId, email });
  if (deleted === BATCH) return false;
  await asWorker((db) =>
    db.query(
      `DELETE FROM erasures WHERE user_id = $1 AND requested_at < now() - ${SETTLED}
         AND NOT EXISTS (SELECT FROM conversations WHERE user_id = $1)
         AND NOT EXISTS (SELECT FROM invitations WHERE lower(email) = lower($2))
         AND NOT EXISTS (SELECT FROM audit_details WHERE ${auditLog.HOLDS_PERSON})`,
      [userId, email],
    ),
  );
  return true;
}
