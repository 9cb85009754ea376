import { v7 as uuidv7 } from 'uuid';
import type { Role } from '#shared/core/roles.ts';
import { listDocumentIds, listEmbeddingModels, tombstoneDocuments } from './documents.ts';
import { type Db, inTeam, teamRows } from './scope.ts';

export type TeamRow = {
  id: string;
  name: string;
  vector_weight: number;
  lexical_weight: number;
  monthly_budget_usd: number | null;
  created_at: Date;
};

const COLUMNS =
  'id, name, vector_weight, lexical_weight, monthly_budget_usd::float8 AS monthly_budget_usd, created_at';

/** Makes a team with its first owner and its default collection. */
export function insertTeam({ name, ownerId }: { name: string; ownerId: string }): Promise<TeamRow> {
  const teamId = uuidv7();
  return inTeam(teamId, async (db) => {
    const { rows } = await db.query<TeamRow>(
      `INSERT INTO teams (id, name) VALUES ($1, $2) RETURNING ${COLUMNS}`,
      [teamId, name],
    );
    await db.query(`INSERT INTO memberships (team_id, user_id, role) VALUES ($1, $2, 'owner')`, [
      teamId,
      ownerId,
    ]);
    await db.query(
      `INSERT INTO collections (id, team_id, name, is_default) VALUES ($1, $2, 'default', true)`,
      [uuidv7(), teamId],
    );
    return rows[0] as TeamRow;
  });
}

/** A team by id. */
export async function findTeam(teamId: string, db?: Db): Promise<TeamRow | null> {
  const rows = await teamRows<TeamRow>(teamId, `SELECT ${COLUMNS} FROM teams WHERE id = $1`, {
    values: [teamId],
    db,
  });
  return rows[0] ?? null;
}

type TeamChange = Partial<Omit<TeamRow, 'id' | 'created_at'>>;

/** Changes what is given; null removes the budget, undefined leaves a field as it is. */
export async function updateTeam(teamId: string, change: TeamChange, db: Db): Promise<TeamRow | null> {
  const { rows } = await db.query<TeamRow>(
    `UPDATE teams SET name = coalesce($2, name), vector_weight = coalesce($3, vector_weight),
       lexical_weight = coalesce($4, lexical_weight),
       monthly_budget_usd = CASE WHEN $5 THEN $6 ELSE monthly_budget_usd END
     WHERE id = $1 RETURNING ${COLUMNS}`,
    [
      teamId,
      change.name,
      change.vector_weight,
      change.lexical_weight,
      change.monthly_budget_usd !== undefined,
      change.monthly_budget_usd ?? null,
    ],
  );
  return rows[0] ?? null;
}

/** Deletes a team and all it owns in Postgres; vectors and objects follow through the outbox. */
export async function deleteTeam(teamId: string, db: Db): Promise<void> {
  const models = await listEmbeddingModels(teamId, db);
  await tombstoneDocuments(teamId, await listDocumentIds(teamId, null, db), db);
  await db.query(`INSERT INTO outbox (id, team_id, task, payload) VALUES ($1, $2, 'delete_team', $3)`, [
    uuidv7(),
    teamId,
    { models },
  ]);
  await db.query('DELETE FROM teams WHERE id = $1', [teamId]);
}

export type MemberRow = {
  user_id: string;
  email: string;
  name: string;
  picture_url: string | null;
  role: Role;
  created_at: Date;
};

/** The team's members in order of joining, behind `after` (a user id). */
export function listMembers(
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

/** Locks the team's memberships for a change, so that two changes at once cannot leave it without an owner. */
export async function lockMembers(teamId: string, db: Db): Promise<Map<string, Role>> {
  await db.query('SELECT id FROM teams WHERE id = $1 FOR UPDATE', [teamId]);
  const { rows } = await db.query<{ user_id: string; role: Role }>(
    'SELECT user_id, role FROM memberships WHERE team_id = $1',
    [teamId],
  );
  return new Map(rows.map((row) => [row.user_id, row.role]));
}

/** Adds a member, or leaves the role of one who is there already. */
export async function insertMember(
  teamId: string,
  { userId, role }: { userId: string; role: Role },
  db: Db,
): Promise<void> {
  await db.query(
    'INSERT INTO memberships (team_id, user_id, role) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
    [teamId, userId, role],
  );
}

/** Gives a member another role. */
export async function updateMember(
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

/** Takes a member out of the team; their keys lose their power with them. */
export async function deleteMember(teamId: string, userId: string, db: Db): Promise<void> {
  await db.query('DELETE FROM memberships WHERE team_id = $1 AND user_id = $2', [teamId, userId]);
}

/** One member with what others see of them. */
export async function findMember(teamId: string, userId: string, db?: Db): Promise<MemberRow | null> {
  const rows = await teamRows<MemberRow>(
    teamId,
    `SELECT m.user_id, u.email, u.name, u.picture_url, m.role, m.created_at
     FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.team_id = $1 AND m.user_id = $2`,
    { values: [teamId, userId], db },
  );
  return rows[0] ?? null;
}
