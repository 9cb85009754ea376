import type { Role } from '#shared/core/roles.ts';
import { asUser, type Db, unscoped } from './scope.ts';

export type SessionRow = {
  id: string;
  user_id: string;
  counter: number;
  only_team_id: string | null;
  rotated_at: Date;
  user_agent: string | null;
  ip: string | null;
  created_at: Date;
  expires_at: Date;
};

type NewSession = Pick<SessionRow, 'id' | 'user_id' | 'user_agent' | 'ip' | 'only_team_id'> & {
  days: number;
  /** An earlier end. */
  until: Date | null;
  identity_provider_id: string | null;
  /** The session at the issuer; null where it names none. */
  issuer_sid: string | null;
};

/** Inserts a session that lasts `days` days, but not longer than `until`. */
export async function insert(session: NewSession, db?: Db): Promise<void> {
  await unscoped(
    (scoped) =>
      scoped.query(
        `INSERT INTO sessions (id, user_id, user_agent, ip, expires_at, only_team_id,
           identity_provider_id, issuer_sid)
         VALUES ($1, $2, $3, $4, least(now() + make_interval(days => $5), $6), $7, $8, $9)`,
        [
          session.id,
          session.user_id,
          session.user_agent,
          session.ip,
          session.days,
          session.until,
          session.only_team_id,
          session.identity_provider_id,
          session.issuer_sid,
        ],
      ),
    db,
  );
}

type SessionRole = {
  role: Role | null;
  only_team_id: string | null;
  /** Of the team in which the user has the role. */
  allowed_addresses: string[] | null;
};

/**
 * The role that the user of a live session has in a team, and the team that the session is limited to. Null when the
 * session has ended; `role: null` when the user is no member, without a team, and in a team out of the session's reach.
 */
export function findRole(
  session: { userId: string; sessionId: string },
  teamId: string | null,
): Promise<SessionRole | null> {
  return asUser(session.userId, async (db) => {
    const { rows } = await db.query<SessionRole>(
      `SELECT m.role, s.only_team_id,
         (SELECT t.allowed_addresses FROM teams t WHERE t.id = m.team_id) AS allowed_addresses
       FROM sessions s
       LEFT JOIN memberships m ON m.user_id = s.user_id AND m.team_id = $3
         AND (s.only_team_id IS NULL OR s.only_team_id = m.team_id)
       WHERE s.id = $1 AND s.user_id = $2 AND s.revoked_at IS NULL AND s.expires_at > now()`,
      [session.sessionId, session.userId, teamId],
    );
    return rows[0] ?? null;
  });
}

/** Locks a live session until the transaction `db` ends. One that has rested longer than `idleMinutes` is not live. */
export async function findLive(sessionId: string, idleMinutes: number, db: Db): Promise<SessionRow | null> {
  const { rows } = await db.query<SessionRow>(
    `SELECT * FROM sessions WHERE id = $1 AND revoked_at IS NULL AND expires_at > now()
       AND rotated_at > now() - make_interval(mins => $2) FOR UPDATE`,
    [sessionId, idleMinutes],
  );
  return rows[0] ?? null;
}

/** Advances a session to its next refresh token. */
export async function advance(sessionId: string, db: Db): Promise<void> {
  await db.query('UPDATE sessions SET counter = counter + 1, rotated_at = now() WHERE id = $1', [sessionId]);
}

/** `onlyTeamId`: only among those that are limited to this team; null: among all. */
type OwnSession = { userId: string; sessionId: string; onlyTeamId: string | null };
/** An ended session, with the team that it was limited to. */
export type EndedSession = { user_id: string; only_team_id: string | null };

/** Ends a session of the user immediately. @returns null when it is another user's, or has ended already */
export async function revoke(session: OwnSession, db: Db): Promise<EndedSession | null> {
  const { rows } = await db.query<EndedSession>(
    `UPDATE sessions SET revoked_at = now() WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL
       AND ($3::uuid IS NULL OR only_team_id = $3) RETURNING user_id, only_team_id`,
    [session.sessionId, session.userId, session.onlyTeamId],
  );
  return rows[0] ?? null;
}

type Listing = {
  idleMinutes: number;
  /** Only those that reach this team; null: all. */
  teamId: string | null;
  /** Only those that are limited to this team; null: all. */
  onlyTeamId?: string | null | undefined;
};

/** The user's live sessions, newest first. */
export async function list(userId: string, listing: Listing, db?: Db): Promise<SessionRow[]> {
  const { idleMinutes, teamId, onlyTeamId = null } = listing;
  return await unscoped(async (scoped) => {
    const { rows } = await scoped.query<SessionRow>(
      `SELECT * FROM sessions WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > now()
         AND rotated_at > now() - make_interval(mins => $2)
         AND ($3::uuid IS NULL OR only_team_id IS NULL OR only_team_id = $3)
         AND ($4::uuid IS NULL OR only_team_id = $4)
       ORDER BY id DESC LIMIT 100`,
      [userId, idleMinutes, teamId, onlyTeamId],
    );
    return rows;
  }, db);
}

type Reached = { userId: string; teamId: string /** null: all of them. */; sessionId: string | null };

/** Ends sessions of a user that reach a team. @returns how many */
export async function revokeReaching({ userId, teamId, sessionId }: Reached, db: Db): Promise<number> {
  const { rowCount } = await db.query(
    `UPDATE sessions SET revoked_at = now() WHERE user_id = $1 AND revoked_at IS NULL
       AND (only_team_id IS NULL OR only_team_id = $2) AND ($3::uuid IS NULL OR id = $3)`,
    [userId, teamId, sessionId],
  );
  return rowCount ?? 0;
}

/** Ends all sessions from a team's own issuer. */
export async function revokeOfProvider(providerId: string, db: Db): Promise<void> {
  await db.query(
    'UPDATE sessions SET revoked_at = now() WHERE identity_provider_id = $1 AND revoked_at IS NULL',
    [providerId],
  );
}

type AtIssuer = { providerId: string; subject: string | null; issuerSession: string | null };

/**
 * Ends sessions that came from a team's own issuer: those of one session there, else all of a person. Where the issuer
 * never named its sessions, one of them stands for all of its person.
 */
export async function revokeAtIssuer(
  { providerId, subject, issuerSession }: AtIssuer,
  db: Db,
): Promise<Pick<SessionRow, 'id' | 'user_id'>[]> {
  const { rows } = await db.query<Pick<SessionRow, 'id' | 'user_id'>>(
    `UPDATE sessions s SET revoked_at = now() FROM users u
     WHERE s.identity_provider_id = $1 AND s.revoked_at IS NULL AND u.id = s.user_id
       AND ($2::text IS NULL OR u.subject = $2)
       AND ($3::text IS NULL OR s.issuer_sid = $3 OR (s.issuer_sid IS NULL AND u.subject = $2))
     RETURNING s.id, s.user_id`,
    [providerId, subject, issuerSession],
  );
  return rows;
}

/**
 * Ends a session immediately, for a client that has proved to hold its refresh token.
 * @returns null when it had ended already
 */
export async function end(sessionId: string, db: Db): Promise<EndedSession | null> {
  const { rows } = await db.query<EndedSession>(
    `UPDATE sessions SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL
     RETURNING user_id, only_team_id`,
    [sessionId],
  );
  return rows[0] ?? null;
}
