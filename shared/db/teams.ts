import { v7 as uuidv7 } from 'uuid';
import * as documents from './documents.ts';
import * as foundedTeams from './founded-teams.ts';
import { type Db, inTeam, teamRows } from './scope.ts';

export type TeamRow = {
  id: string;
  name: string;
  vector_weight: number;
  lexical_weight: number;
  monthly_budget_usd: number | null;
  /** IANA name, such as `Asia/Seoul`: the days of usage begin at its midnight. */
  timezone: string;
  /** Whether admins may read what members ask. */
  question_review: boolean;
  /** Days after which conversations are deleted; null keeps them. */
  retention_days: number | null;
  /** Whether text may go to models that the operator does not run. */
  external_models: boolean;
  created_at: Date;
};

const COLUMNS = `id, name, vector_weight, lexical_weight, monthly_budget_usd::float8 AS monthly_budget_usd, timezone,
  question_review, retention_days, external_models, created_at`;

type NewTeam = {
  name: string;
  ownerId: string;
  monthlyBudgetUsd?: number | null;
  /** Called with the number of teams that the owner has founded. It throws when that is enough. */
  checkFounded?(founded: number): void;
};

/** Inserts a team with its first owner and its default collection. `onInsert` runs in the same transaction. */
export function insert(
  { name, ownerId, monthlyBudgetUsd = null, checkFounded }: NewTeam,
  onInsert?: (team: TeamRow, db: Db) => Promise<void>,
): Promise<TeamRow> {
  const teamId = uuidv7();
  return inTeam(teamId, async (db) => {
    const founded = await foundedTeams.countAndLock(ownerId, db);
    checkFounded?.(founded);
    const { rows } = await db.query<TeamRow>(
      `INSERT INTO teams (id, name, monthly_budget_usd) VALUES ($1, $2, $3) RETURNING ${COLUMNS}`,
      [teamId, name, monthlyBudgetUsd],
    );
    await foundedTeams.insert({ teamId, userId: ownerId }, db);
    await db.query(`INSERT INTO memberships (team_id, user_id, role) VALUES ($1, $2, 'owner')`, [
      teamId,
      ownerId,
    ]);
    await db.query(
      `INSERT INTO collections (id, team_id, name, is_default) VALUES ($1, $2, 'default', true)`,
      [uuidv7(), teamId],
    );
    const team = rows[0] as TeamRow;
    await onInsert?.(team, db);
    return team;
  });
}

/** A team by id. */
export async function find(teamId: string, db?: Db): Promise<TeamRow | null> {
  const rows = await teamRows<TeamRow>(teamId, `SELECT ${COLUMNS} FROM teams WHERE id = $1`, {
    values: [teamId],
    db,
  });
  return rows[0] ?? null;
}

type TeamChange = { [Field in Exclude<keyof TeamRow, 'id' | 'created_at'>]?: TeamRow[Field] | undefined };

/** Updates the given fields. Undefined leaves a field as it is; null removes the budget or the retention. */
export async function update(teamId: string, change: TeamChange, db: Db): Promise<TeamRow | null> {
  const { rows } = await db.query<TeamRow>(
    `UPDATE teams SET name = coalesce($2, name), vector_weight = coalesce($3, vector_weight),
       lexical_weight = coalesce($4, lexical_weight),
       monthly_budget_usd = CASE WHEN $5 THEN $6 ELSE monthly_budget_usd END,
       timezone = coalesce($7, timezone), question_review = coalesce($8, question_review),
       retention_days = CASE WHEN $9 THEN $10::integer ELSE retention_days END,
       external_models = coalesce($11, external_models)
     WHERE id = $1 RETURNING ${COLUMNS}`,
    [
      teamId,
      change.name,
      change.vector_weight,
      change.lexical_weight,
      change.monthly_budget_usd !== undefined,
      change.monthly_budget_usd ?? null,
      change.timezone,
      change.question_review,
      change.retention_days !== undefined,
      change.retention_days ?? null,
      change.external_models,
    ],
  );
  return rows[0] ?? null;
}

/** Deletes a team and all its rows. Queues the deletion of its vectors and objects in the outbox. */
export async function remove(teamId: string, db: Db): Promise<void> {
  const models = await documents.listEmbeddingModels(teamId, db);
  await documents.tombstone(teamId, await documents.listIds(teamId, null, db), db);
  await db.query(`INSERT INTO outbox (id, team_id, task, payload) VALUES ($1, $2, 'delete_team', $3)`, [
    uuidv7(),
    teamId,
    { models },
  ]);
  await foundedTeams.markDeleted(teamId, db);
  await db.query('UPDATE transfers SET expires_at = now() WHERE team_id = $1', [teamId]);
  await db.query('DELETE FROM teams WHERE id = $1', [teamId]);
}
