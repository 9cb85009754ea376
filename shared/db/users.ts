import { v7 as uuidv7 } from 'uuid';
import type { Role } from '#shared/core/roles.ts';
import { asUser, type Db, unscoped } from './scope.ts';

/** A user's identity, as the issuer's ID token states it. */
export type Identity = {
  issuer: string;
  subject: string;
  email: string;
  name: string;
  pictureUrl: string | null;
  /** Keyed hash of issuer and subject, which outlives the account. */
  hash?: string;
};

export type UserRow = { id: string; email: string; name: string; picture_url: string | null };

/** Inserts the user of an identity at the first sign-in, and updates the profile at each later one. */
export async function upsert(identity: Identity, db?: Db): Promise<UserRow> {
  return await unscoped(async (scoped) => {
    const { rows } = await scoped.query<UserRow>(
      `INSERT INTO users (id, issuer, subject, email, name, picture_url, identity_hash)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (issuer, subject) DO UPDATE SET email = $4, name = $5, picture_url = $6, identity_hash = $7
       RETURNING id, email, name, picture_url`,
      [uuidv7(), ...valuesOf(identity)],
    );
    return rows[0] as UserRow;
  }, db);
}

/** Updates the profile of a known identity. @returns null when nobody has signed in with it yet */
export function updateProfile(identity: Identity): Promise<UserRow | null> {
  return unscoped(async (db) => {
    const { rows } = await db.query<UserRow>(
      `UPDATE users SET email = $3, name = $4, picture_url = $5, identity_hash = $6
       WHERE issuer = $1 AND subject = $2 RETURNING id, email, name, picture_url`,
      valuesOf(identity),
    );
    return rows[0] ?? null;
  });
}

function valuesOf({ issuer, subject, email, name, pictureUrl, hash }: Identity): unknown[] {
  return [issuer, subject, email, name, pictureUrl, hash];
}

/** A user by id. */
export async function find(userId: string, db?: Db): Promise<UserRow | null> {
  return await unscoped(async (scoped) => {
    const { rows } = await scoped.query<UserRow>(
      'SELECT id, email, name, picture_url FROM users WHERE id = $1',
      [userId],
    );
    return rows[0] ?? null;
  }, db);
}

/**
 * Deletes a person in the transaction `db`: sessions, stored replies, links that were mailed, name and addresses. The row
 * stays without them, because rows of teams refer to it; the next sign-in of the same identity makes another user.
 */
export async function erase(userId: string, db: Db): Promise<void> {
  await db.query('DELETE FROM sessions WHERE user_id = $1', [userId]);
  await db.query('DELETE FROM idempotency_keys WHERE principal = $1', [userId]);
  await db.query(
    'DELETE FROM sign_in_links WHERE email = (SELECT lower(u.email) FROM users u WHERE u.id = $1)',
    [userId],
  );
  await db.query(
    `UPDATE users SET issuer = 'deleted', subject = id::text, email = '', name = '', picture_url = NULL, deleted_at = now()
     WHERE id = $1`,
    [userId],
  );
}

export type UserTeam = { id: string; name: string; role: Role };

/** `only`: the one team that a session reaches; null: all. */
type TeamPage = { limit: number; before: string | null; only?: string | null | undefined };

/** One page of the teams of a user, newest first, with the role in each. */
export function listTeams(userId: string, page: TeamPage): Promise<UserTeam[]> {
  return asUser(userId, async (db) => {
    const { rows } = await db.query<UserTeam>(
      `SELECT t.id, t.name, m.role FROM memberships m JOIN teams t ON t.id = m.team_id
       WHERE m.user_id = $1 AND ($2::uuid IS NULL OR t.id < $2)
         AND ($4::uuid IS NULL OR t.id = $4) ORDER BY t.id DESC LIMIT $3`,
      [userId, page.before, page.limit, page.only ?? null],
    );
    return rows;
  });
}
