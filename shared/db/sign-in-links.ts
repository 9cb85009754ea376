import { type Db, unscoped } from './scope.ts';

export type NewLink = {
  id: string;
  email: string;
  ip: string;
  tokenHash: string;
  browserHash: string;
  returnTo: string | null;
  minutes: number;
};

type Limits = { perEmail: number; perAddress: number };

/**
 * Stores a link, unless one of its two addresses has asked for as many as it may while such links live. Requests of the
 * same address are counted one after another.
 */
export function insert(
  link: NewLink,
  limits: Limits,
): Promise<'stored' | 'email_limited' | 'address_limited'> {
  return unscoped(async (db) => {
    await lock(`ip:${link.ip}`, db);
    await lock(`email:${link.email}`, db);
    const { rows } = await db.query<{ email: number; ip: number }>(
      `SELECT count(*) FILTER (WHERE email = $1)::int AS email, count(*) FILTER (WHERE ip = $2)::int AS ip
       FROM sign_in_links WHERE (email = $1 OR ip = $2) AND created_at > now() - make_interval(mins => $3)`,
      [link.email, link.ip, link.minutes],
    );
    if ((rows[0]?.ip ?? 0) >= limits.perAddress) return 'address_limited';
    if ((rows[0]?.email ?? 0) >= limits.perEmail) return 'email_limited';
    await db.query(
      `INSERT INTO sign_in_links (id, email, ip, token_hash, browser_hash, return_to, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(mins => $7))`,
      [link.id, link.email, link.ip, link.tokenHash, link.browserHash, link.returnTo, link.minutes],
    );
    return 'stored';
  });
}

async function lock(name: string, db: Db): Promise<void> {
  await db.query(`SELECT pg_advisory_xact_lock(hashtextextended('sign-in-link:' || $1, 0))`, [name]);
}

/** Uses a link up, if it lives and this browser has asked for it. Another browser leaves it as it is. */
export function use(hashes: {
  tokenHash: string;
  browserHash: string;
}): Promise<{ email: string; return_to: string | null } | null> {
  return unscoped(async (db) => {
    const { rows } = await db.query<{ email: string; return_to: string | null }>(
      `UPDATE sign_in_links SET used_at = now()
       WHERE token_hash = $1 AND browser_hash = $2 AND used_at IS NULL AND expires_at > now()
       RETURNING email, return_to`,
      [hashes.tokenHash, hashes.browserHash],
    );
    return rows[0] ?? null;
  });
}
