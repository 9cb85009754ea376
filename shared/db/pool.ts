import { Pool, type PoolClient } from 'pg';
import { loadConfig, reloadConfig, section } from '#shared/core/config.ts';
import type { AppError } from '#shared/core/errors.ts';
import { forgetSecret } from '#shared/core/secrets.ts';
import { unavailable } from '#shared/core/unavailable.ts';
import { log } from '#shared/observability/log.ts';
import { type DatabaseConnection, databaseConnection } from './connection.ts';

const databaseConfig = section('database');

/** How a process logs in to the database, and the role that it takes there. */
export type DatabaseLogin = {
  role: 'rag_app' | 'rag_worker';
  /** The section with its settings, and the secret with its password. */
  settings: 'database' | 'database_worker';
  secret: 'database-app' | 'database-worker';
  connection(): DatabaseConnection;
};

/** Serves requests under row-level security. */
export const APP_LOGIN: DatabaseLogin = {
  role: 'rag_app',
  settings: 'database',
  secret: 'database-app',
  connection: databaseConnection,
};

const pools = new Map<DatabaseLogin, Pool>();

/** The process-wide pool of one login. A connection starts in the login's role, and RESET returns to it. */
function pool(login: DatabaseLogin): Pool {
  let found = pools.get(login);
  if (!found) {
    found = openPool(login);
    pools.set(login, found);
  }
  return found;
}

function openPool({ role, connection }: DatabaseLogin): Pool {
  const opened = new Pool({
    ...connection(),
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
export async function connect(login: DatabaseLogin): Promise<PoolClient> {
  // Loaded once. No module that an API function imports declares the worker's login, which only ingestion and the sweep have.
  await loadConfig(login.settings);
  const current = pool(login);
  try {
    return await current.connect();
  } catch (error) {
    if (!REFUSED.has(codeOf(error))) throw databaseUnavailable(error);
  }
  try {
    await renew(login, current);
    return await pool(login).connect();
  } catch (error) {
    throw databaseUnavailable(error);
  }
}

const renewals = new WeakMap<Pool, Promise<void>>();

/** Replaces a refused pool, once for all requests that it refused at the same time. */
function renew(login: DatabaseLogin, refused: Pool): Promise<void> {
  let renewal = renewals.get(refused);
  if (!renewal) {
    renewal = replace(login, refused).finally(() => renewals.delete(refused));
    renewals.set(refused, renewal);
  }
  return renewal;
}

/** Does not end the pool whose password was refused: queued clients must also fail, and retry in the new pool. */
async function replace(login: DatabaseLogin, refused: Pool): Promise<void> {
  if (pools.get(login) !== refused) return;
  forgetSecret(login.secret);
  await reloadConfig(login.settings);
  pools.delete(login);
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
