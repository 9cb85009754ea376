import type { Role, Scope } from '#shared/core/roles.ts';
import { asKey, type Db, enterTeam, inTeam, teamRows } from './scope.ts';

export type ApiKeyRow = {
  id: string;
  team_id: string;
  name: string;
  scopes: Scope[];
  bot_ids: string[] | null;
  /** null: no list, and then no restricted collection either. */
  collection_ids: string[] | null;
  /** Networks that it may be used from; null: any. */
  allowed_addresses: string[] | null;
  created_by: string;
  rate_limit_per_minute: number | null;
  monthly_budget_usd: number | null;
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
  revoked_at: Date | null;
  /** The present role of its creator; null once he has left the team, also when he has come back. */
  role: Role | null;
};

export type PresentedKey = ApiKeyRow & {
  secret_hash: string;
  previous_secret_hash: string | null;
  previous_expires_at: Date | null;
  /** Networks that its team may be reached from; null: any. */
  team_addresses: string[] | null;
};

const COLUMNS = `k.id, k.team_id, k.name, k.scopes, k.bot_ids, k.collection_ids, k.allowed_addresses, k.created_by,
  k.rate_limit_per_minute,
  k.monthly_budget_usd::float8 AS monthly_budget_usd, k.created_at, k.expires_at, k.last_used_at, k.revoked_at,
  (SELECT m.role FROM memberships m WHERE m.team_id = k.team_id AND m.user_id = k.created_by
    AND m.created_at <= k.owned_since) AS role`;

/** The key with this id, in whichever team, with its hashes and its creator's current role in that team. */
export function findPresented(keyId: string): Promise<PresentedKey | null> {
  return asKey(keyId, async (db) => {
    const found = await db.query<{ team_id: string }>('SELECT team_id FROM api_keys WHERE id = $1', [keyId]);
    const teamId = found.rows[0]?.team_id;
    if (!teamId) return null;
    await enterTeam(teamId, db);
    const { rows } = await db.query<PresentedKey>(
      `SELECT ${COLUMNS}, k.secret_hash, k.previous_secret_hash, k.previous_expires_at,
         (SELECT t.allowed_addresses FROM teams t WHERE t.id = k.team_id) AS team_addresses
       FROM api_keys k WHERE k.team_id = $1 AND k.id = $2`,
      [teamId, keyId],
    );
    return rows[0] ?? null;
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

/** Replaces the hash of a key's secret by another hash of the same secret, unless the secret was rotated meanwhile. */
export async function renewHash(
  teamId: string,
  { id, from, to }: { id: string; from: string; to: string },
): Promise<void> {
  await teamRows(
    teamId,
    'UPDATE api_keys SET secret_hash = $4 WHERE team_id = $1 AND id = $2 AND secret_hash = $3',
    { values: [teamId, id, from, to] },
  );
}

export type NewApiKey = Pick<ApiKeyRow, 'id' | 'name' | 'scopes' | 'bot_ids' | 'created_by' | 'expires_at'> &
  Pick<ApiKeyRow, 'collection_ids' | 'allowed_addresses'> &
  Pick<ApiKeyRow, 'rate_limit_per_minute' | 'monthly_budget_usd'> & { secretHash: string };

/** Stores a new key: its settings and the hash of its secret. */
export async function insert(teamId: string, key: NewApiKey, db?: Db): Promise<ApiKeyRow> {
  const values = [key.id, teamId, key.name, key.secretHash, key.scopes, key.bot_ids, key.created_by];
  return await inTeam(
    teamId,
    async (scoped) => {
      const { rows } = await scoped.query<ApiKeyRow>(
        `INSERT INTO api_keys AS k (id, team_id, name, secret_hash, scopes, bot_ids, created_by, expires_at,
           rate_limit_per_minute, monthly_budget_usd, collection_ids, allowed_addresses)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING ${COLUMNS}`,
        [
          ...values,
          key.expires_at,
          key.rate_limit_per_minute,
          key.monthly_budget_usd,
          key.collection_ids,
          key.allowed_addresses,
        ],
      );
      return rows[0] as ApiKeyRow;
    },
    db,
  );
}

/**
 * One page of the team's keys, newest first: those with ids below `before`. Of revoked ones it has those whose creator
 * left the team, until they are deleted.
 */
export function list(
  teamId: string,
  { limit, before }: { limit: number; before: string | null },
): Promise<ApiKeyRow[]> {
  return teamRows(
    teamId,
    `SELECT ${COLUMNS} FROM api_keys k
     WHERE team_id = $1 AND (revoked_at IS NULL OR ended_with_member) AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
    { values: [teamId, before, limit] },
  );
}

/** Locks a key of the list until the transaction `db` ends. */
export async function lock(teamId: string, keyId: string, db: Db): Promise<ApiKeyRow | null> {
  const { rows } = await db.query<ApiKeyRow>(
    `SELECT ${COLUMNS} FROM api_keys k WHERE team_id = $1 AND id = $2 AND (revoked_at IS NULL OR ended_with_member) FOR UPDATE OF k`,
    [teamId, keyId],
  );
  return rows[0] ?? null;
}

type ApiKeyChange = Pick<ApiKeyRow, 'name' | 'scopes' | 'bot_ids' | 'expires_at' | 'rate_limit_per_minute'> &
  Pick<ApiKeyRow, 'monthly_budget_usd' | 'collection_ids' | 'allowed_addresses'>;

/** Replaces the settings of a key. */
export async function update(teamId: string, key: ApiKeyChange & { id: string }, db: Db): Promise<ApiKeyRow> {
  const { rows } = await db.query<ApiKeyRow>(
    `UPDATE api_keys k SET name = $3, scopes = $4, bot_ids = $5, expires_at = $6, rate_limit_per_minute = $7,
       monthly_budget_usd = $8, collection_ids = $9, allowed_addresses = $10
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
      key.collection_ids,
      key.allowed_addresses,
    ],
  );
  return rows[0] as ApiKeyRow;
}

type Rotation = { id: string; secretHash: string; overlapMinutes: number; by: string };

/**
 * Replaces a key's secret; the old one stays valid for `overlapMinutes`. Both act for the user who rotated it from now
 * on. @returns null for a revoked key
 */
export async function rotate(
  teamId: string,
  { id, secretHash, overlapMinutes, by }: Rotation,
  db: Db,
): Promise<ApiKeyRow | null> {
  const rows = await teamRows<ApiKeyRow>(
    teamId,
    `UPDATE api_keys k SET secret_hash = $3, previous_secret_hash = CASE WHEN $4 > 0 THEN secret_hash END,
       previous_expires_at = now() + make_interval(mins => $4), created_by = $5,
       owned_since = CASE WHEN created_by = $5 THEN owned_since ELSE now() END
     WHERE team_id = $1 AND id = $2 AND revoked_at IS NULL RETURNING ${COLUMNS}`,
    { values: [teamId, id, secretHash, overlapMinutes, by], db },
  );
  return rows[0] ?? null;
}

/** Revokes a key immediately and takes it off the list. @returns false when there is no such key on it */
export async function revoke(teamId: string, keyId: string, db: Db): Promise<boolean> {
  const rows = await teamRows(
    teamId,
    `UPDATE api_keys SET revoked_at = coalesce(revoked_at, now()), ended_with_member = false
     WHERE team_id = $1 AND id = $2 AND (revoked_at IS NULL OR ended_with_member) RETURNING id`,
    { values: [teamId, keyId], db },
  );
  return rows.length > 0;
}

/** Revokes all keys of a user who leaves the team. @returns their ids */
export async function revokeAllOf(teamId: string, userId: string, db: Db): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `UPDATE api_keys SET revoked_at = now(), ended_with_member = true
     WHERE team_id = $1 AND created_by = $2 AND revoked_at IS NULL RETURNING id`,
    [teamId, userId],
  );
  return rows.map(({ id }) => id);
}
