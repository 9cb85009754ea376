import { Pool, type PoolClient } from 'pg';
import { reloadConfig, section } from '#shared/core/config.ts';
import type { AppError } from '#shared/core/errors.ts';
import { forgetSecret } from '#shared/core/secrets.ts';
import { unavailable } from '#shared/core/unavailable.ts';
import { log } from '#shared/observability/log.ts';
import { databaseConnection } from './connection.ts';

const databaseConfig = section('database');

/** `rag_app` serves requests under row-level security; `rag_worker` may only see due documents and tasks. */
export type DatabaseRole = 'rag_app' | 'rag_worker';

const pools = new Map<DatabaseRole, Pool>();

/** The process-wide pool of one role. A connection starts in this role, and RESET returns to it. */
function pool(role: DatabaseRole): Pool {
  let found = pools.get(role);
  if (!found) {
    found = openPool(role);
    pools.set(role, found);
  }
  return found;
}

function openPool(role: DatabaseRole): Pool {
  const opened = new Pool({
    ...databaseConnection(),
    max: databaseConfig().DATABASE_POOL_SIZE,
    options: `-c role=${role}`,
    // A paused Aurora needs about 15 s to resume; after a day's pause up to 30 s.
    connectionTimeoutMillis: 30_000,
    idleTimeoutMillis: 60_000,
    statement_timeout: 15_000,
    query_timeout: 20_000,
    keepAlive: true,
  });
  opened.on('error', (error) => log.warn('An idle database connection was lost', { error: error.message }));
  return opened;
}

/** Wrong password, or login not allowed: the errors after a secret was rotated. */
const REFUSED = new Set(['28P01', '28000']);

/**
 * A connection of the pool. If the server refuses the credentials, the secret was probably rotated: it is fetched
 * again, and the connection tried once more.
 * @throws AppError `dependency_unavailable` when the database cannot be reached
 */
export async function connect(role: DatabaseRole): Promise<PoolClient> {
  const current = pool(role);
  try {
    return await current.connect();
  } catch (error) {
    if (!REFUSED.has(codeOf(error))) throw databaseUnavailable(error);
  }
  try {
    await renew(role, current);
    return await pool(role).connect();
  } catch (error) {
    throw databaseUnavailable(error);
  }
}

const renewals = new WeakMap<Pool, Promise<void>>();

/** Replaces a refused pool, once for all requests that it refused at the same time. */
function renew(role: DatabaseRole, refused: Pool): Promise<void> {
  let renewal = renewals.get(refused);
  if (!renewal) {
    renewal = replace(role, refused).finally(() => renewals.delete(refused));
    renewals.set(refused, renewal);
  }
  return renewal;
}

/** Does not end the pool whose password was refused: queued clients must also fail, and retry in the new pool. */
async function replace(role: DatabaseRole, refused: Pool): Promise<void> {
  if (pools.get(role) !== refused) return;
  forgetSecret('database');
  await reloadConfig('database');
  pools.delete(role);
}

/** Closes all pools, at the end of the process. */
export async function closePools(): Promise<void> {
  const open = [...pools.values()];
  pools.clear();
  await Promise.all(open.map((each) => each.end()));
}

function databaseUnavailable(cause: unknown): AppError {
  return unavailable('The database cannot be reached', cause);
}

/** The SQLSTATE or system code of an error; '' if it has none. */
export function codeOf(error: unknown): string {
  return error !== null && typeof error === 'object' && 'code' in error ? String(error.code) : '';
}
