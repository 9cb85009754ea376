import { mayGrant, ROLES, type Role } from '#shared/core/roles.ts';
import { type Db, teamRows, unscoped } from './scope.ts';

export type InvitationRow = {
  id: string;
  email: string;
  role: Role;
  invited_by: string;
  created_at: Date;
  expires_at: Date;
};

const COLUMNS = 'id, email, role, invited_by, created_at, expires_at';

type NewInvitation = Pick<InvitationRow, 'id' | 'email' | 'role' | 'invited_by'> & {
  tokenHash: string;
  days: number;
};

/** Inserts an invitation, after removing an expired one for the same address. */
export async function insert(teamId: string, invitation: NewInvitation, db: Db): Promise<InvitationRow> {
  await db.query(
    `DELETE FROM invitations
     WHERE team_id = $1 AND lower(email) = lower($2) AND accepted_at IS NULL AND expires_at <= now()`,
    [teamId, invitation.email],
  );
  const { id, email, role, tokenHash, invited_by, days } = invitation;
  const { rows } = await db.query<InvitationRow>(
    `INSERT INTO invitations (id, team_id, email, role, token_hash, invited_by, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(days => $7)) RETURNING ${COLUMNS}`,
    [id, teamId, email, role, tokenHash, invited_by, days],
  );
  return rows[0] as InvitationRow;
}

/** One page of the team's open invitations, newest first. */
export function list(
  teamId: string,
  page: { limit: number; before: string | null },
): Promise<InvitationRow[]> {
  return teamRows(
    teamId,
    `SELECT ${COLUMNS} FROM invitations
     WHERE team_id = $1 AND accepted_at IS NULL AND expires_at > now() AND ($2::uuid IS NULL OR id < $2)
     ORDER BY id DESC LIMIT $3`,
    { values: [teamId, page.before, page.limit] },
  );
}

/** Whether an invitation to this address, which must have been proved, is open in any team. */
export function isInvited(email: string): Promise<boolean> {
  return unscoped(async (db) => {
    await db.query(`SELECT set_config('app.email', $1, true)`, [email.toLowerCase()]);
    const { rows } = await db.query(
      `SELECT FROM invitations
       WHERE lower(email) = lower($1) AND accepted_at IS NULL AND expires_at > now() LIMIT 1`,
      [email],
    );
    return rows.length > 0;
  });
}

/** Whether an invitation of this team to the address is open. */
export async function isInvitedTo(teamId: string, email: string, db: Db): Promise<boolean> {
  const rows = await teamRows(
    teamId,
    `SELECT FROM invitations
     WHERE team_id = $1 AND lower(email) = lower($2) AND accepted_at IS NULL AND expires_at > now()`,
    { values: [teamId, email], db },
  );
  return rows.length > 0;
}

/** Deletes an open invitation. @returns it, or null when there is none with this id */
export async function remove(teamId: string, invitationId: string, db: Db): Promise<InvitationRow | null> {
  const rows = await teamRows<InvitationRow>(
    teamId,
    `DELETE FROM invitations WHERE team_id = $1 AND id = $2 AND accepted_at IS NULL RETURNING ${COLUMNS}`,
    { values: [teamId, invitationId], db },
  );
  return rows[0] ?? null;
}

/**
 * Deletes the open invitations of a user that one with this role (null: no member any more) may not send.
 * @returns their ids
 */
export async function removeUngrantable(
  teamId: string,
  { userId, role }: { userId: string; role: Role | null },
  db: Db,
): Promise<string[]> {
  const kept = ROLES.filter((each) => role && mayGrant(role, each));
  const { rows } = await db.query<{ id: string }>(
    `DELETE FROM invitations
     WHERE team_id = $1 AND invited_by = $2 AND accepted_at IS NULL AND role <> ALL ($3) RETURNING id`,
    [teamId, userId, kept],
  );
  return rows.map(({ id }) => id);
}

/** Marks the open invitation with this token hash as accepted; works once. */
export async function accept(teamId: string, tokenHash: string, db: Db): Promise<InvitationRow | null> {
  const { rows } = await db.query<InvitationRow>(
    `UPDATE invitations SET accepted_at = now()
     WHERE team_id = $1 AND token_hash = $2 AND accepted_at IS NULL AND expires_at > now() RETURNING ${COLUMNS}`,
    [teamId, tokenHash],
  );
  return rows[0] ?? null;
}
