import { AppError } from '#shared/core/errors.ts';
import { type Db, inTeam, teamRows } from './scope.ts';

export type CollectionRow = {
  id: string;
  name: string;
  description: string;
  max_tokens: number | null;
  overlap_tokens: number | null;
  is_default: boolean;
  created_at: Date;
};

const COLUMNS = 'id, name, description, max_tokens, overlap_tokens, is_default, created_at';

type NewCollection = Pick<CollectionRow, 'id' | 'name' | 'description' | 'max_tokens' | 'overlap_tokens'>;

/** Inserts a collection. @throws AppError `already_exists` when the name is taken, compared without case */
export async function insert(teamId: string, collection: NewCollection, db?: Db): Promise<CollectionRow> {
  const { id, name, description, max_tokens, overlap_tokens } = collection;
  const rows = await teamRows<CollectionRow>(
    teamId,
    `INSERT INTO collections (id, team_id, name, description, max_tokens, overlap_tokens)
     VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${COLUMNS}`,
    { values: [id, teamId, name, description, max_tokens, overlap_tokens], db },
  );
  return rows[0] as CollectionRow;
}

/** One page of the team's collections, newest first. */
export function list(
  teamId: string,
  page: { limit: number; before: string | null },
): Promise<CollectionRow[]> {
  return teamRows(
    teamId,
    `SELECT ${COLUMNS} FROM collections WHERE team_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
    { values: [teamId, page.before, page.limit] },
  );
}

/** One collection of the team. */
export async function find(teamId: string, collectionId: string, db?: Db): Promise<CollectionRow | null> {
  const rows = await teamRows<CollectionRow>(
    teamId,
    `SELECT ${COLUMNS} FROM collections WHERE team_id = $1 AND id = $2`,
    { values: [teamId, collectionId], db },
  );
  return rows[0] ?? null;
}

/** The collection of documents and bots that name none. */
export async function findDefault(teamId: string, db?: Db): Promise<CollectionRow | null> {
  const rows = await teamRows<CollectionRow>(
    teamId,
    `SELECT ${COLUMNS} FROM collections WHERE team_id = $1 AND is_default`,
    { values: [teamId], db },
  );
  return rows[0] ?? null;
}

/** Replaces the settings of a collection. */
export async function update(teamId: string, collection: NewCollection, db: Db): Promise<CollectionRow> {
  const { id, name, description, max_tokens, overlap_tokens } = collection;
  const { rows } = await db.query<CollectionRow>(
    `UPDATE collections SET name = $3, description = $4, max_tokens = $5, overlap_tokens = $6
     WHERE team_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
    [teamId, id, name, description, max_tokens, overlap_tokens],
  );
  return rows[0] as CollectionRow;
}

/** Deletes a collection. Its documents must have been tombstoned before, in the same transaction. */
export async function remove(teamId: string, collectionId: string, db: Db): Promise<void> {
  await db.query('DELETE FROM collections WHERE team_id = $1 AND id = $2', [teamId, collectionId]);
}

/** @throws AppError `validation_failed` unless every id is a collection of the team */
export async function requireAll(teamId: string, collectionIds: string[], db?: Db): Promise<void> {
  const found = await inTeam(
    teamId,
    (scoped) =>
      scoped.query<{ id: string }>('SELECT id FROM collections WHERE team_id = $1 AND id = ANY($2::uuid[])', [
        teamId,
        collectionIds,
      ]),
    db,
  );
  const known = new Set(found.rows.map((row) => row.id));
  const missing = collectionIds.find((id) => !known.has(id));
  if (missing) {
    throw new AppError('validation_failed', `No such collection: ${missing}.`, {
      fields: [{ path: 'collection_ids', message: `no such collection: ${missing}` }],
    });
  }
}
