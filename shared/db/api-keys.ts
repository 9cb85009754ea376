import type { Role, Scope } from '#shared/core/roles.ts';
import { asKey, type Db, enterTeam, inTeam, teamRows } from './scope.ts';

export type ApiKeyRow = {
  id: string;
  team_id: string;
  name: string;
  scopes: Scope[];
  bot_ids: string[] | null;
  created_by: string;
  rate_limit_per_minute: number | null;
  monthly_budget_usd: number | null;
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
  revoked_at: Date | null;
};

export type PresentedKey = ApiKeyRow & {
  secret_hash: string;
  previous_secret_hash: string | null;
  previous_expires_at: Date | null;
  role: Role | null;
};

const COLUMNS = `id, team_id, name, scopes, bot_ids, created_by, rate_limit_per_minute,
  monthly_budget_usd::float8 AS monthly_budget_usd, created_at, expires_at, last_used_at, revoked_at`;

/** The key with this id, in whichever team, with its hashes and its creator's current role in that team. */
export function findPresented(keyId: string): Promise<PresentedKey | null> {
  return asKey(keyId, async (db) => {
    const found = await db.query<PresentedKey>(
      `SELECT ${COLUMNS}, secret_hash, previous_secret_hash, previous_expires_at FROM api_keys WHERE id = $1`,
      [keyId],
    );
    const key = found.rows[0];
    if (!key) return null;
    await enterTeam(key.team_id, db);
    const creator = await db.query<{ role: Role }>(
      'SELECT role FROM memberships WHERE team_id = $1 AND user_id = $2',
      [key.team_id, key.created_by],
    );
    return { ...key, role: creator.rows[0]?.role ?? null };
  });
}

/** Records that a key was used. Writes at most once a minute per key, not on every request of a busy one. */
export async function touch(teamId: string, keyId: string): Promise<void> {
  await teamRows(
    teamId,
    `UPDATE api_keys SET last_used_at = now()
     WHERE team_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`,
    { values: [teamId, keyId] },
  );
}

export type NewApiKey = Pick<ApiKeyRow, 'id' | 'name' | 'scopes' | 'bot_ids' | 'created_by' | 'expires_at'> &
  Pick<ApiKeyRow, 'rate_limit_per_minute' | 'monthly_budget_usd'> & { secretHash: string };

/** Stores a new key: its settings and the hash of its secret. */
export async function insert(teamId: string, key: NewApiKey, db?: Db): Promise<ApiKeyRow> {
  const values = [key.id, teamId, key.name, key.secretHash, key.scopes, key.bot_ids, key.created_by];
  return await inTeam(
    teamId,
    async (scoped) => {
      const { rows } = await scoped.query<ApiKeyRow>(
        `INSERT INTO api_keys (id, team_id, name, secret_hash, scopes, bot_ids, created_by, expires_at,
           rate_limit_per_minute, monthly_budget_usd)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING ${COLUMNS}`,
        [...values, key.expires_at, key.rate_limit_per_minute, key.monthly_budget_usd],
      );
      return rows[0] as ApiKeyRow;
    },
    db,
  );
}

/** One page of the team's keys that are not revoked, newest first: those with ids below `before`. */
export function list(
  teamId: string,
  { limit, before }: { limit: number; before: string | null },
): Promise<ApiKeyRow[]> {
  return teamRows(
    teamId,
    `SELECT ${COLUMNS} FROM api_keys
     WHERE team_id = $1 AND revoked_at IS NULL AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
    { values: [teamId, before, limit] },
  );
}

/** Locks a key that is not revoked until the transaction `db` ends. */
export async function lock(teamId: string, keyId: string, db: Db): Promise<ApiKeyRow | null> {
  const { rows } = await db.query<ApiKeyRow>(
    `SELECT ${COLUMNS} FROM api_keys WHERE team_id = $1 AND id = $2 AND revoked_at IS NULL FOR UPDATE`,
    [teamId, keyId],
  );
  return rows[0] ?? null;
}

type ApiKeyChange = Pick<ApiKeyRow, 'name' | 'scopes' | 'bot_ids' | 'expires_at' | 'rate_limit_per_minute'> &
  Pick<ApiKeyRow, 'monthly_budget_usd'>;

/** Replaces the settings of a key. */
export async function update(teamId: string, key: ApiKeyChange & { id: string }, db: Db): Promise<ApiKeyRow> {
  const { rows } = await db.query<ApiKeyRow>(
    `UPDATE api_keys SET name = $3, scopes = $4, bot_ids = $5, expires_at = $6, rate_limit_per_minute = $7,
       monthly_budget_usd = $8
     WHERE team_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
    [
      teamId,
      key.id,
      key.name,
      key.scopes,
      key.bot_ids,
      key.expires_at,
      key.rate_limit_per_minute,
      key.monthly_budget_usd,
    ],
  );
  return rows[0] as ApiKeyRow;
}

type Rotation = { id: string; secretHash: string; overlapMinutes: number };

/** Replaces a key's secret; the old one stays valid for `overlapMinutes`. @returns null for a revoked key */
export async function rotate(
  teamId: string,
  { id, secretHash, overlapMinutes }: Rotation,
  db: Db,
): Promise<ApiKeyRow | null> {
  const rows = await teamRows<ApiKeyRow>(
    teamId,
    `UPDATE api_keys SET secret_hash = $3, previous_secret_hash = CASE WHEN $4 > 0 THEN secret_hash END,
       previous_expires_at = now() + make_interval(mins => $4)
     WHERE team_id = $1 AND id = $2 AND revoked_at IS NULL RETURNING ${COLUMNS}`,
    { values: [teamId, id, secretHash, overlapMinutes], db },
  );
  return rows[0] ?? null;
}

/** Revokes all keys of a person, whom the transaction `db` deletes. */
export async function revokeOf(teamId: string, userId: string, db: Db): Promise<void> {
  await db.query(
    'UPDATE api_keys SET revoked_at = now() WHERE team_id = $1 AND created_by = $2 AND revoked_at IS NULL',
    [teamId, userId],
  );
}

/** Revokes a key immediately. @returns false when no such key was active */
export async function revoke(teamId: string, keyId: string, db: Db): Promise<boolean> {
  const rows = await teamRows(
    teamId,
    'UPDATE api_keys SET revoked_at = now() WHERE team_id = $1 AND id = $2 AND revoked_at IS NULL RETURNING id',
    { values: [teamId, keyId], db },
  );
  return rows.length > 0;
}
