import type { QueryResult } from 'pg';
import { inlineUuid, SEE_EVERYTHING } from './reader.ts';
import { type Db, teamRows } from './scope.ts';

/** A person who sees a restricted collection without being an admin. */
export type CollectionMemberRow = { user_id: string; email: string; name: string; created_at: Date };

/** Adds a member of the team to a collection; one who is there already stays. @returns false when he was there */
export async function insert(
  teamId: string,
  { collectionId, userId }: { collectionId: string; userId: string },
  db: Db,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `INSERT INTO collection_members (team_id, collection_id, user_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
    [teamId, collectionId, userId],
  );
  return rowCount === 1;
}

/** Takes a member out of a collection. @returns false when he was not in it */
export async function remove(
  teamId: string,
  { collectionId, userId }: { collectionId: string; userId: string },
  db: Db,
): Promise<boolean> {
  const { rowCount } = await db.query(
    'DELETE FROM collection_members WHERE team_id = $1 AND collection_id = $2 AND user_id = $3',
    [teamId, collectionId, userId],
  );
  return rowCount === 1;
}

/** One page of a collection's members, newest users first: those with ids below `before`. */
export function list(
  teamId: string,
  collectionId: string,
  page: { limit: number; before: string | null },
): Promise<(CollectionMemberRow & { id: string })[]> {
  return teamRows(
    teamId,
    `SELECT u.id, m.user_id, u.email, u.name, m.created_at
     FROM collection_members m JOIN users u ON u.id = m.user_id
     WHERE m.team_id = $1 AND m.collection_id = $2 AND ($3::uuid IS NULL OR u.id < $3) ORDER BY u.id DESC LIMIT $4`,
    { values: [teamId, collectionId, page.before, page.limit] },
  );
}

/** The collections of a team that a reader sees, and those that he does not. */
export type Visibility = { visible: string[]; hidden: string[] };

/**
 * SQL of three statements: what the reader of a transaction sees, then everything. They take one round trip, so that a
 * search does not wait for them.
 */
export function visibilityStatements(teamId: string): string {
  const select = `SELECT id FROM collections WHERE team_id = '${inlineUuid(teamId)}'`;
  return `${select}; ${SEE_EVERYTHING}; ${select}`;
}

/** The results of `visibilityStatements`. */
export function toVisibility([seen, , all]: QueryResult[]): Visibility {
  const [visible, every] = [seen, all].map((result) => (result?.rows ?? []).map(({ id }) => String(id)));
  return { visible: visible ?? [], hidden: (every ?? []).filter((id) => !visible?.includes(id)) };
}

/** What the reader of the transaction `db` sees. It is the last that this transaction reads: it then sees everything. */
export async function listVisible(teamId: string, db: Db): Promise<Visibility> {
  return toVisibility(await runAll(visibilityStatements(teamId), db));
}

/** Runs several statements without values in one round trip. @returns the result of each */
export async function runAll(statements: string, db: Db): Promise<QueryResult[]> {
  return (await db.query(statements)) as unknown as QueryResult[];
}
