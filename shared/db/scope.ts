import type { PoolClient, QueryResultRow } from 'pg';
import { AppError, legalHold } from '#shared/core/errors.ts';
import { unavailable } from '#shared/core/unavailable.ts';
import { withTrace } from '#shared/observability/trace.ts';
import { APP_LOGIN, codeOf, connect, type DatabaseLogin } from './pool.ts';
import { setReader } from './reader.ts';
import { WORKER_LOGIN } from './worker-login.ts';

/** A connection in a transaction with a scope. Functions that take it run their queries in that transaction. */
export type Db = Pick<PoolClient, 'query'>;

type Scope = { team?: string; user?: string; key?: string };

/**
 * Runs `work` in a transaction that sees only one team's rows (row-level security), or in the transaction `db`, which
 * must be of the same team. A new transaction commits when `work` returns and rolls back when it throws.
 */
export function inTeam<T>(teamId: string, work: (db: Db) => Promise<T>, db?: Db): Promise<T> {
  return db ? work(db) : transaction(APP_LOGIN, { team: teamId }, work);
}

/** Runs `work` in a transaction that sees the user's memberships and those teams, but no other rows of a team. */
export function asUser<T>(userId: string, work: (db: Db) => Promise<T>): Promise<T> {
  return transaction(APP_LOGIN, { user: userId }, work);
}

/** Runs `work` in a transaction that sees one API key only. */
export function asKey<T>(keyId: string, work: (db: Db) => Promise<T>): Promise<T> {
  return transaction(APP_LOGIN, { key: keyId }, work);
}

/** Extends the scope of the transaction `db` to a team, once its rows have shown which one it is. */
export async function enterTeam(teamId: string, db: Db): Promise<void> {
  await db.query(`SELECT set_config('app.team_id', $1, true)`, [teamId]);
}

/** Extends the scope of the transaction `db` to a user's own rows, once that user is known. */
export async function enterUser(userId: string, db: Db): Promise<void> {
  await db.query(`SELECT set_config('app.user_id', $1, true)`, [userId]);
}

/**
 * SQL: the ids of the teams of user $1 as `team_id`, a text. Reading a row extends the scope to that team, for
 * subqueries that depend on its `team_id`: PostgreSQL evaluates those once per row, after the row itself.
 */
export const ENTER_EACH_TEAM = `
  SELECT set_config('app.team_id', m.team_id::text, true) AS team_id FROM memberships m WHERE m.user_id = $1`;

/** Runs `work` in a transaction that sees no team: for users, sessions and idempotency keys, which no team owns. */
export function unscoped<T>(work: (db: Db) => Promise<T>, db?: Db): Promise<T> {
  return db ? work(db) : transaction(APP_LOGIN, {}, work);
}

/** Runs `work` as the role `rag_worker`, which sees the due documents and tasks of all teams. */
export function asWorker<T>(work: (db: Db) => Promise<T>): Promise<T> {
  return transaction(WORKER_LOGIN, {}, work);
}

/** @throws AppError `dependency_unavailable` unless the database answers */
export async function pingDatabase(): Promise<void> {
  await unscoped((db) => db.query('SELECT 1'));
}

/** Runs one statement in the team's scope. @returns its rows */
export async function teamRows<Row extends QueryResultRow>(
  teamId: string,
  sql: string,
  { values = [], db }: { values?: unknown[]; db?: Db | undefined } = {},
): Promise<Row[]> {
  return await inTeam(teamId, async (scoped) => (await scoped.query<Row>(sql, values)).rows, db);
}

function transaction<T>(login: DatabaseLogin, scope: Scope, work: (db: Db) => Promise<T>): Promise<T> {
  return withTrace({ name: 'postgres', namespace: 'remote' }, () => runTransaction(login, scope, work));
}

async function runTransaction<T>(
  login: DatabaseLogin,
  scope: Scope,
  work: (db: Db) => Promise<T>,
): Promise<T> {
  const client = await connect(login);
  let lost: Error | undefined;
  // Without a listener, an `error` event would end the process; a failover must fail this request only.
  const onLost = (error: Error) => {
    lost ??= error;
  };
  client.on('error', onLost);
  try {
    await client.query(`BEGIN; ${setScope(scope)} ${scope.team || scope.user ? setReader() : ''}`);
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

/** Whether the driver gave up waiting. Its connection is still busy with the statement and must be discarded. */
function isTimeout(error: unknown): error is Error {
  return error instanceof Error && error.message === 'Query read timeout';
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** SQL that sets a scope. Validated UUIDs may be inlined, so that BEGIN and set_config go in one round trip. */
function setScope(scope: Scope): string {
  return Object.entries(scope)
    .map(([name, id]) => {
      if (!UUID.test(id)) throw new Error(`The ${name} scope must be a UUID`);
      return `SELECT set_config('app.${name}_id', '${id}', true);`;
    })
    .join(' ');
}

/** SQLSTATEs: query cancelled, shutdown, crash, starting up, too many connections. */
const UNAVAILABLE = new Set(['57014', '57P01', '57P02', '57P03', '53300']);

/** What the triggers of the migration 0023 raise. */
const LEGAL_HOLD = 'LH001';

const RETRY_SECONDS = 2;

/** Maps SQLSTATEs to the error codes of the API. Any other error stays an internal error. */
function translate(error: unknown, lost: Error | undefined): unknown {
  if (error instanceof AppError) return error;
  const code = codeOf(error);
  const retry = { cause: error, retryAfterSeconds: RETRY_SECONDS };
  if (code === '23505') return new AppError('already_exists', 'This already exists.', { cause: error });
  if (code === '23503')
    return new AppError('conflict', 'The request refers to something that no longer exists.', {
      cause: error,
    });
  if (code === LEGAL_HOLD) return legalHold();
  if (code === '40001' || code === '40P01')
    return new AppError('conflict', 'Another change was made at the same time; try again.', retry);
  if (lost || UNAVAILABLE.has(code)) {
    return unavailable('The database did not answer in time', error, RETRY_SECONDS);
  }
  return error;
}
