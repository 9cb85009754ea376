import type { Role } from '#shared/core/roles.ts';
import * as apiKeys from './api-keys.ts';
import * as invitations from './invitations.ts';
import { type Db, teamRows } from './scope.ts';

export type MemberRow = {
  user_id: string;
  email: string;
  name: string;
  picture_url: string | null;
  role: Role;
  created_at: Date;
};

/** One page of the team's members, newest users first: those with ids below `before`. */
export function list(
  teamId: string,
  page: { limit: number; before: string | null },
): Promise<(MemberRow & { id: string })[]> {
  return teamRows(
    teamId,
    `SELECT u.id, m.user_id, u.email, u.name, u.picture_url, m.role, m.created_at
     FROM memberships m JOIN users u ON u.id = m.user_id
     WHERE m.team_id = $1 AND ($2::uuid IS NULL OR u.id < $2) ORDER BY u.id DESC LIMIT $3`,
    { values: [teamId, page.before, page.limit] },
  );
}

/** Locks the team's memberships, so that two concurrent changes cannot leave it without an owner. */
export async function lock(teamId: string, db: Db): Promise<Map<string, Role>> {
  await db.query('SELECT id FROM teams WHERE id = $1 FOR UPDATE', [teamId]);
  const { rows } = await db.query<{ user_id: string; role: Role }>(
    'SELECT user_id, role FROM memberships WHERE team_id = $1',
    [teamId],
  );
  return new Map(rows.map((row) => [row.user_id, row.role]));
}

/** Adds a member. A user who is a member already keeps their role. */
export async function insert(
  teamId: string,
  { userId, role }: { userId: string; role: Role },
  db: Db,
): Promise<void> {
  await db.query(
    'INSERT INTO memberships (team_id, user_id, role) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
    [teamId, userId, role],
  );
}

/** Changes the role of a member. */
export async function update(
  teamId: string,
  { userId, role }: { userId: string; role: Role },
  db: Db,
): Promise<void> {
  await db.query('UPDATE memberships SET role = $3 WHERE team_id = $1 AND user_id = $2', [
    teamId,
    userId,
    role,
  ]);
}

/**
 * Removes a member from the team, with all that is theirs by their role: their API keys are revoked and the open
 * invitations that they sent are deleted, for good, with the replies that are stored for those keys. @returns the ids of both
 */
export async function remove(
  teamId: string,
  userId: string,
  db: Db,
): Promise<{ keys: string[]; invitations: string[] }> {
  const keys = await apiKeys.revokeAllOf(teamId, userId, db);
  await db.query('DELETE FROM idempotency_keys WHERE principal = ANY($1)', [keys]);
  const withdrawn = await invitations.removeUngrantable(teamId, { userId, role: null }, db);
  await db.query('DELETE FROM memberships WHERE team_id = $1 AND user_id = $2', [teamId, userId]);
  return { keys, invitations: withdrawn };
}

/** One member, with the profile that the team sees. */
export async function find(teamId: string, userId: string, db?: Db): Promise<MemberRow | null> {
  const rows = await teamRows<MemberRow>(
    teamId,
    `SELECT m.user_id, u.email, u.name, u.picture_url, m.role, m.created_at
     FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.team_id = $1 AND m.user_id = $2`,
    { values: [teamId, userId], db },
  );
  return rows[0] ?? null;
}
