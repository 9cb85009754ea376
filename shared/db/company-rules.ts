import { type Db, teamRows } from './scope.ts';

/** SQL for the worker: the ids of the teams of which nothing may be deleted. */
export const TEAMS_ON_HOLD = 'SELECT id FROM teams WHERE legal_hold_since IS NOT NULL';

/** The networks from which the team may be reached; null: every address. */
export async function findAllowedAddresses(teamId: string, db?: Db): Promise<string[] | null> {
  const rows = await teamRows<{ allowed_addresses: string[] | null }>(
    teamId,
    'SELECT allowed_addresses FROM teams WHERE id = $1',
    { values: [teamId], db },
  );
  return rows[0]?.allowed_addresses ?? null;
}

/** Replaces the networks from which the team may be reached. */
export async function setAllowedAddresses(teamId: string, addresses: string[] | null, db: Db): Promise<void> {
  await db.query('UPDATE teams SET allowed_addresses = $2 WHERE id = $1', [teamId, addresses]);
}

/** The teams of a user that may not be reached from everywhere, with their networks. */
export async function listRestricted(userId: string, db: Db): Promise<{ id: string; networks: string[] }[]> {
  const { rows } = await db.query<{ id: string; networks: string[] }>(
    `SELECT t.id, t.allowed_addresses AS networks FROM teams t JOIN memberships m ON m.team_id = t.id
     WHERE m.user_id = $1 AND t.allowed_addresses IS NOT NULL`,
    [userId],
  );
  return rows;
}

export type LegalHold = {
  active: boolean;
  reason: string | null;
  started_at: Date | null;
  started_by: string | null;
};

/** The legal hold of the team. */
export async function findLegalHold(teamId: string, db?: Db): Promise<LegalHold> {
  const rows = await teamRows<LegalHold>(
    teamId,
    `SELECT legal_hold_since IS NOT NULL AS active, legal_hold_reason AS reason, legal_hold_since AS started_at,
       legal_hold_by AS started_by FROM teams WHERE id = $1`,
    { values: [teamId], db },
  );
  return rows[0] ?? { active: false, reason: null, started_at: null, started_by: null };
}

/** Puts the team on hold, or changes the reason of the hold that it is on. */
export async function startLegalHold(
  teamId: string,
  { reason, userId }: { reason: string; userId: string },
  db: Db,
): Promise<void> {
  await db.query(
    `UPDATE teams SET legal_hold_since = coalesce(legal_hold_since, now()), legal_hold_reason = $2,
       legal_hold_by = coalesce(legal_hold_by, $3) WHERE id = $1`,
    [teamId, reason, userId],
  );
}

/** Ends the hold, and deletes the conversations of those who left the team during it. */
export async function endLegalHold(teamId: string, db: Db): Promise<void> {
  await db.query(
    `UPDATE teams SET legal_hold_since = NULL, legal_hold_reason = NULL, legal_hold_by = NULL WHERE id = $1`,
    [teamId],
  );
  await db.query(
    `DELETE FROM conversations c WHERE c.team_id = $1 AND NOT EXISTS (
       SELECT FROM memberships m WHERE m.team_id = $1 AND m.user_id = c.user_id)`,
    [teamId],
  );
}

/** The names of a user's teams that are on legal hold. */
export async function listHeld(userId: string, db: Db): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    `SELECT t.name FROM teams t JOIN memberships m ON m.team_id = t.id
     WHERE m.user_id = $1 AND t.legal_hold_since IS NOT NULL ORDER BY t.name`,
    [userId],
  );
  return rows.map(({ name }) => name);
}
