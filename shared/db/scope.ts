import type { PoolClient, QueryResultRow } from 'pg';
import { AppError } from '#shared/core/errors.ts';
import { unavailable } from '#shared/core/unavailable.ts';
import { withTrace } from '#shared/observability/trace.ts';
import { codeOf, connect, type DatabaseRole } from './pool.ts';

/** A connection inside a transaction whose scope is set. Passing it on makes queries part of that transaction. */
export type Db = Pick<PoolClient, 'query'>;

type Scope = { team?: string; user?: string; key?: string };

/**
 * Runs `work` in a transaction that sees only one team's rows (row-level security), or joins the transaction
 * of `db`, which must have been opened for the same team. Commits when `work` returns, rolls back when it throws.
 */
export function inTeam<T>(teamId: string, work: (db: Db) => Promise<T>, db?: Db): Promise<T> {
  return db ? work(db) : transaction('rag_app', { team: teamId }, work);
}

/** Runs `work` in a transaction that sees the user's own memberships and those teams, and nothing else of a team. */
export function asUser<T>(userId: string, work: (db: Db) => Promise<T>): Promise<T> {
  return transaction('rag_app', { user: userId }, work);
}

/** Runs `work` in a transaction that sees the one API key that was presented. */
export function asKey<T>(keyId: string, work: (db: Db) => Promise<T>): Promise<T> {
  return transaction('rag_app', { key: keyId }, work);
}

/** Extends the scope of the transaction `db` to a team, once its rows have shown which one it is. */
export async function enterTeam(teamId: string, db: Db): Promise<void> {
  await db.query(`SELECT set_config('app.team_id', $1, true)`, [teamId]);
}

/**
 * SQL: the ids of the teams of user $1 as `team_id`, a text. Reading a row extends the scope to that team, for
 * subqueries that depend on its `team_id`: PostgreSQL evaluates those once per row, after the row itself.
 */
export const ENTER_EACH_TEAM = `
  SELECT set_config('app.team_id', m.team_id::text, true) AS team_id FROM memberships m WHERE m.user_id = $1`;

/** Runs `work` in a transaction without a team: for users, sessions and idempotency keys, which no team owns. */
export function unscoped<T>(work: (db: Db) => Promise<T>, db?: Db): Promise<T> {
  return db ? work(db) : transaction('rag_app', {}, work);
}

/** Runs `work` as the sweeper, which sees across teams what is due. */
export function asWorker<T>(work: (db: Db) => Promise<T>): Promise<T> {
  return transaction('rag_worker', {}, work);
}

/** @throws AppError `dependency_unavailable` unless the database answers */
export async function pingDatabase(): Promise<void> {
  await unscoped((db) => db.query('SELECT 1'));
}

/** All rows of one statement in the team's scope. */
export async function teamRows<Row extends QueryResultRow>(
  teamId: string,
  sql: string,
  { values = [], db }: { values?: unknown[]; db?: Db | undefined } = {},
): Promise<Row[]> {
  return await inTeam(teamId, async (scoped) => (await scoped.query<Row>(sql, values)).rows, db);
}

function transaction<T>(role: DatabaseRole, scope: Scope, work: (db: Db) => Promise<T>): Promise<T> {
  return withTrace({ name: 'postgres', namespace: 'remote' }, () => perform(role, scope, work));
}

async function perform<T>(role: DatabaseRole, scope: Scope, work: (db: Db) => Promise<T>): Promise<T> {
  const client = await connect(role);
  let lost: Error | undefined;
  // Nobody listening, an `error` event would end the process: a failover is to fail this request and no other.
  const onLost = (error: Error) => {
    lost ??= error;
  };
  client.on('error', onLost);
  try {
    // Ids are UUIDs of ours, but they are still passed as literals of their own type: one round trip, no injection.
    await client.query(`BEGIN; ${settings(scope)}`);
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    if (isTimeout(error)) onLost(error);
    if (!lost) await client.query('ROLLBACK').catch(onLost);
    throw translate(error, lost);
  } finally {
    client.release(lost);
    client.removeListener('error', onLost);
  }
}

/** The driver gave up waiting. The connection is still busy with the statement, so it can only be thrown away. */
function isTimeout(error: unknown): error is Error {
  return error instanceof Error && error.message === 'Query read timeout';
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function settings(scope: Scope): string {
  return Object.entries(scope)
    .map(([name, id]) => {
      if (!UUID.test(id)) throw new Error(`The ${name} scope must be a UUID`);
      return `SELECT set_config('app.${name}_id', '${id}', true);`;
    })
    .join(' ');
}

/** Cancelled, shut down, starting up, too many connections. */
const UNAVAILABLE = new Set(['57014', '57P01', '57P02', '57P03', '53300']);

const RETRY_SECONDS = 2;

/** The one map from Postgres error codes to the contract's; anything not listed stays an internal error. */
function translate(error: unknown, lost: Error | undefined): unknown {
  if (error instanceof AppError) return error;
  const code = codeOf(error);
  const retry = { cause: error, retryAfterSeconds: RETRY_SECONDS };
  if (code === '23505') return new AppError('already_exists', 'This already exists.', { cause: error });
  if (code === '23503')
    return new AppError('conflict', 'The request refers to something that no longer exists.', {
      cause: error,
    });
  if (code === '40001' || code === '40P01')
    return new AppError('conflict', 'Another change was made at the same time; try again.', retry);
  if (lost || UNAVAILABLE.has(code)) {
    return unavailable('The database did not answer in time', error, RETRY_SECONDS);
  }
  return error;
}
