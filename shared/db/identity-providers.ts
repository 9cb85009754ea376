import type { Role } from '#shared/core/roles.ts';
import { type Db, teamRows, unscoped } from './scope.ts';

/** What a team asks of those who sign in with its own issuer. */
type SignInPolicy = {
  /** One of these; empty: any. */
  required_acr: string[];
  /** All of these. */
  required_amr: string[];
  /** How long after signing in at the issuer a session lasts; null: as long as others. */
  max_age_seconds: number | null;
  prompt: 'select_account' | 'login' | null;
  /** The role of somebody who signs in for the first time; null: only members and invited people come in. */
  default_role: Extract<Role, 'viewer' | 'member'> | null;
};

export type ClaimedDomain = { domain: string; proof: string; verified_at: string | null };

export type IdentityProviderRow = SignInPolicy & {
  id: string;
  team_id: string;
  issuer: string;
  client_id: string;
  sealed_secret: Buffer;
  created_at: Date;
  domains: ClaimedDomain[];
};

const COLUMNS = `p.id, p.team_id, p.issuer, p.client_id, p.sealed_secret, p.required_acr, p.required_amr,
  p.max_age_seconds, p.prompt, p.default_role, p.created_at,
  coalesce((SELECT json_agg(json_build_object('domain', d.domain, 'proof', d.proof,
      'verified_at', to_char(d.verified_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) ORDER BY d.domain)
    FROM identity_provider_domains d WHERE d.team_id = p.team_id AND d.identity_provider_id = p.id), '[]') AS domains`;

type Settings = Pick<IdentityProviderRow, 'id' | 'issuer' | 'client_id' | 'sealed_secret'> & SignInPolicy;

/** Inserts a provider, or replaces the settings of the one with this id. */
export async function save(teamId: string, provider: Settings, db: Db): Promise<void> {
  await db.query(
    `INSERT INTO identity_providers (id, team_id, issuer, client_id, sealed_secret, required_acr, required_amr,
       max_age_seconds, prompt, default_role)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT (id) DO UPDATE SET issuer = $3, client_id = $4, sealed_secret = $5, required_acr = $6,
       required_amr = $7, max_age_seconds = $8, prompt = $9, default_role = $10
     WHERE identity_providers.team_id = $2`,
    [
      provider.id,
      teamId,
      provider.issuer,
      provider.client_id,
      provider.sealed_secret,
      provider.required_acr,
      provider.required_amr,
      provider.max_age_seconds,
      provider.prompt,
      provider.default_role,
    ],
  );
}

type Domains = { id: string; domains: string[]; newProof(): string };

/** Replaces the domains of a provider. Those that it has already keep their proof. */
export async function setDomains(teamId: string, { id, domains, newProof }: Domains, db: Db): Promise<void> {
  await db.query(
    `DELETE FROM identity_provider_domains
     WHERE team_id = $1 AND identity_provider_id = $2 AND domain <> ALL ($3)`,
    [teamId, id, domains],
  );
  for (const domain of domains) {
    await db.query(
      `INSERT INTO identity_provider_domains (team_id, identity_provider_id, domain, proof)
       SELECT $1, $2, $3, $4 WHERE NOT EXISTS (SELECT FROM identity_provider_domains
         WHERE team_id = $1 AND identity_provider_id = $2 AND domain = $3)`,
      [teamId, id, domain, newProof()],
    );
  }
}

/** Records that a domain was proved. @throws AppError `already_exists` when another team has proved it */
export async function markVerified(
  teamId: string,
  { id, domain }: { id: string; domain: string },
  db: Db,
): Promise<void> {
  await db.query(
    `UPDATE identity_provider_domains SET verified_at = now()
     WHERE team_id = $1 AND identity_provider_id = $2 AND domain = $3 AND verified_at IS NULL`,
    [teamId, id, domain],
  );
}

/** The team's providers, oldest first. */
export function list(teamId: string): Promise<IdentityProviderRow[]> {
  return teamRows(
    teamId,
    `SELECT ${COLUMNS} FROM identity_providers p WHERE p.team_id = $1 ORDER BY p.id LIMIT 100`,
    { values: [teamId] },
  );
}

/** A provider of the team. */
export async function find(teamId: string, id: string, db?: Db): Promise<IdentityProviderRow | null> {
  const rows = await teamRows<IdentityProviderRow>(
    teamId,
    `SELECT ${COLUMNS} FROM identity_providers p WHERE p.team_id = $1 AND p.id = $2`,
    { values: [teamId, id], db },
  );
  return rows[0] ?? null;
}

/** Deletes a provider. @returns false when the team has none with this id */
export async function remove(teamId: string, id: string, db: Db): Promise<boolean> {
  const rows = await teamRows(
    teamId,
    'DELETE FROM identity_providers WHERE team_id = $1 AND id = $2 RETURNING id',
    { values: [teamId, id], db },
  );
  return rows.length > 0;
}

/** The provider, in whichever team, that has proved a domain. */
export function findByDomain(domain: string): Promise<{ teamId: string; id: string } | null> {
  return unscoped(async (db) => {
    await db.query(`SELECT set_config('app.domain', $1, true)`, [domain]);
    const { rows } = await db.query<{ teamId: string; id: string }>(
      `SELECT team_id AS "teamId", identity_provider_id AS id FROM identity_provider_domains
       WHERE domain = $1 AND verified_at IS NOT NULL`,
      [domain],
    );
    return rows[0] ?? null;
  });
}

/** Records that a user signs in with a provider. @returns whether for the first time, also with an earlier account */
export async function recordPerson(
  teamId: string,
  { id, userId }: { id: string; userId: string },
  db: Db,
): Promise<boolean> {
  const rows = await teamRows<{ has_returned: boolean }>(
    teamId,
    `WITH earlier AS (
       SELECT FROM identity_provider_people p JOIN users u ON u.id = p.user_id
       WHERE p.team_id = $1 AND p.identity_provider_id = $2
         AND u.identity_hash = (SELECT identity_hash FROM users WHERE id = $3)
     )
     INSERT INTO identity_provider_people (team_id, identity_provider_id, user_id) VALUES ($1, $2, $3)
     ON CONFLICT DO NOTHING RETURNING EXISTS (SELECT FROM earlier) AS has_returned`,
    { values: [teamId, id, userId], db },
  );
  return rows[0]?.has_returned === false;
}

/** The team of a provider, whichever it is. */
export function findTeam(providerId: string): Promise<string | null> {
  return unscoped(async (db) => {
    await db.query(`SELECT set_config('app.provider_id', $1, true)`, [providerId]);
    const { rows } = await db.query<{ team_id: string }>(
      'SELECT team_id FROM identity_providers WHERE id = $1',
      [providerId],
    );
    return rows[0]?.team_id ?? null;
  });
}

type UsedToken = { id: string; tokenHash: string; expiresAt: Date };

/** Records a logout token of a provider. @returns false when it was recorded before */
export async function recordLogoutToken(
  teamId: string,
  { id, tokenHash, expiresAt }: UsedToken,
  db: Db,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `INSERT INTO logout_tokens (team_id, identity_provider_id, token_hash, expires_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING`,
    [teamId, id, tokenHash, expiresAt],
  );
  return rowCount === 1;
}
