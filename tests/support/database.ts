import { randomBytes } from 'node:crypto';
import { Client, type ClientConfig } from 'pg';
import { platform } from './platform.ts';

/** Connection settings of the platform's PostgreSQL, with the login that owns all its tables. */
export async function ownerSettings(database?: string) {
  const { env } = await platform();
  const url = new URL(env.DATABASE_OWNER_URL ?? '');
  return {
    host: url.hostname,
    port: Number(url.port),
    user: url.username,
    password: decodeURIComponent(url.password),
    database: database ?? url.pathname.slice(1),
  };
}

/** Runs `work` on a new connection of the owner; `settings` override the owner's. */
export async function withDatabase<T>(
  work: (client: Client) => Promise<T>,
  settings: ClientConfig = {},
): Promise<T> {
  const client = new Client({ ...(await ownerSettings()), ...settings });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Runs `work` in a new, empty database, which is dropped afterwards. */
export async function withEmptyDatabase<T>(work: (database: string) => Promise<T>): Promise<T> {
  const database = `test_${randomBytes(6).toString('hex')}`;
  return await withDatabase(async (client) => {
    await client.query(`CREATE DATABASE ${database}`);
    try {
      return await work(database);
    } finally {
      // PostgreSQL waits up to five seconds for connections that are closing.
      await client.query(`DROP DATABASE ${database}`);
    }
  });
}

type Scope = { team?: string; user?: string; key?: string };

/**
 * Runs `work` with the rights of a request (role `rag_app`, row-level security, the given scope), in a transaction that
 * is rolled back.
 */
export async function asApp<T>(scope: Scope, work: (client: Client) => Promise<T>): Promise<T> {
  return await withDatabase(
    async (client) => {
      await client.query('BEGIN');
      for (const [name, id] of Object.entries(scope))
        await client.query('SELECT set_config($1, $2, true)', [`app.${name}_id`, id]);
      return await work(client);
    },
    { options: '-c role=rag_app' },
  );
}
