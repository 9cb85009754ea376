import type { Role } from '#shared/core/roles.ts';
import { asUser, type Db, unscoped } from './scope.ts';

export type SessionRow = {
  id: string;
  user_id: string;
  counter: number;
  rotated_at: Date;
  user_agent: string | null;
  ip: string | null;
  created_at: Date;
  expires_at: Date;
};

type NewSession = Pick<SessionRow, 'id' | 'user_id' | 'user_agent' | 'ip'> & { days: number };

/** Inserts a session that lasts `days` days. */
export async function insert(session: NewSession, db?: Db): Promise<void> {
  await unscoped(
    (scoped) =>
      scoped.query(
        `INSERT INTO sessions (id, user_id, user_agent, ip, expires_at)
         VALUES ($1, $2, $3, $4, now() + make_interval(days => $5))`,
        [session.id, session.user_id, session.user_agent, session.ip, session.days],
      ),
    db,
  );
}

/**
 * The role that the user of a live session has in a team. Null when the session has ended; `{ role: null }` when the
 * user is no member, or without a team.
 */
export function findRole(
  session: { userId: string; sessionId: string },
  teamId: string | null,
): Promise<{ role: Role | null } | null> {
  return asUser(session.userId, async (db) => {
    const { rows } = await db.query<{ role: Role | null }>(
      `SELECT m.role FROM sessions s LEFT JOIN memberships m ON m.user_id = s.user_id AND m.team_id = $3
       WHERE s.id = $1 AND s.user_id = $2 AND s.revoked_at IS NULL AND s.expires_at > now()`,
      [session.sessionId, session.userId, teamId],
    );
    return rows[0] ?? null;
  });
}

/** Locks a live session until the transaction `db` ends. */
export async function findLive(sessionId: string, db: Db): Promise<SessionRow | null> {
  const { rows } = await db.query<SessionRow>(
    'SELECT * FROM sessions WHERE id = $1 AND revoked_at IS NULL AND expires_at > now() FOR UPDATE',
    [sessionId],
  );
  return rows[0] ?? null;
}

/** Advances a session to its next refresh token. */
export async function advance(sessionId: string, db: Db): Promise<void> {
  await db.query('UPDATE sessions SET counter = counter + 1, rotated_at = now() WHERE id = $1', [sessionId]);
}

/** Ends a session of the user immediately. @returns false when it is another user's, or has ended already */
export async function revoke(
  { userId, sessionId }: { userId: string; sessionId: string },
  db?: Db,
): Promise<boolean> {
  return await unscoped(async (scoped) => {
    const { rowCount } = await scoped.query(
      'UPDATE sessions SET revoked_at = now() WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL',
      [sessionId, userId],
    );
    return rowCount === 1;
  }, db);
}

/** The user's live sessions, newest first. */
export function list(userId: string): Promise<SessionRow[]> {
  return unscoped(async (db) => {
    const { rows } = await db.query<SessionRow>(
      'SELECT * FROM sessions WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > now() ORDER BY id DESC LIMIT 100',
      [userId],
    );
    return rows;
  });
}

/**
 * Ends a session immediately, for a client that has proved to hold its refresh token.
 * @returns whose it was; null when it had ended already
 */
export async function end(sessionId: string, db: Db): Promise<string | null> {
  const { rows } = await db.query<{ user_id: string }>(
    'UPDATE sessions SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL RETURNING user_id',
    [sessionId],
  );
  return rows[0]?.user_id ?? null;
}
