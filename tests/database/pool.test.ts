import { randomBytes } from 'node:crypto';
import { reloadConfig } from '#shared/core/config.ts';
import { forgetSecret } from '#shared/core/secrets.ts';
import { closePools } from '#shared/db/pool.ts';
import { asWorker, inTeam, unscoped } from '#shared/db/scope.ts';
import { ownerSettings, withDatabase } from '#tests/support/database.ts';
import { type SecretsStub, startSecretsStub } from '#tests/support/secrets-stub.ts';

const LOGIN = `rotated_${randomBytes(6).toString('hex')}`;
const UNAVAILABLE = expect.objectContaining({
  code: 'dependency_unavailable',
  retryAfterSeconds: 5,
}) as Error;
let stub: SecretsStub;

beforeAll(async () => {
  stub = await startSecretsStub();
  process.env.SECRETS_PREFIX = 'rag/';
  process.env.DATABASE_TLS = 'false';
  await withDatabase(async (owner) => {
    await owner.query(`CREATE ROLE ${LOGIN} LOGIN PASSWORD 'first'; GRANT rag_app, rag_worker TO ${LOGIN}`);
  });
});

beforeEach(async () => {
  await setPassword('first');
  await storeSecret('first');
  forgetSecret('database-app');
  await reloadConfig('database');
});

afterEach(closePools);

afterAll(async () => {
  await withDatabase((owner) => owner.query(`DROP ROLE ${LOGIN}`));
  await stub.close();
});

async function storeSecret(password: string): Promise<void> {
  const { host, port, database } = await ownerSettings();
  const secret = { host, port, dbname: database, username: LOGIN, password };
  stub.store({ 'rag/database-app': secret, 'rag/database-worker': secret });
  stub.asked.length = 0;
}

/** Rotates the password, and ends all connections, so that every client must reconnect. */
async function setPassword(password: string): Promise<void> {
  await withDatabase(async (owner) => {
    await owner.query(`ALTER ROLE ${LOGIN} PASSWORD '${password}'`);
    await owner.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [LOGIN]);
  });
}

function whoAmI(): Promise<string> {
  return unscoped(async (db) => {
    const { rows } = await db.query<{ session_user: string }>('SELECT session_user');
    return rows[0]?.session_user ?? '';
  });
}

test('a rotated password is fetched again, once for many requests, and none fails', async () => {
  await setPassword('second');
  await storeSecret('second');
  const answers = await Promise.all(Array.from({ length: 12 }, whoAmI));
  expect(answers).toEqual(Array.from({ length: 12 }, () => LOGIN));
  expect(stub.asked).toEqual(['rag/database-app']);
});

test('a password that is changed before the secret makes the database unavailable until both agree', async () => {
  await setPassword('second');
  await expect(whoAmI()).rejects.toEqual(UNAVAILABLE);
  await storeSecret('second');
  await expect(whoAmI()).resolves.toBe(LOGIN);
});

test('a secret that cannot be fetched makes the database unavailable until it can', async () => {
  await setPassword('second');
  stub.store({ 'rag/database-app': null });
  await expect(whoAmI()).rejects.toEqual(UNAVAILABLE);
  await storeSecret('second');
  await expect(whoAmI()).resolves.toBe(LOGIN);
});

test('an unreachable database is unavailable', async () => {
  stub.store({ 'rag/database-app': { host: '127.0.0.1', port: 1, username: LOGIN, password: 'first' } });
  forgetSecret('database-app');
  await reloadConfig('database');
  await expect(whoAmI()).rejects.toEqual(UNAVAILABLE);
});

test('a connection that Postgres ends fails the request that holds it, and no other', async () => {
  const ended = unscoped(async (db) => {
    const { rows } = await db.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await withDatabase((owner) => owner.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]));
    await db.query('SELECT 1');
  });
  await expect(ended).rejects.toMatchObject({ code: 'dependency_unavailable' });
  await expect(whoAmI()).resolves.toBe(LOGIN);
});

test('a connection that Postgres ends during a statement fails the request that holds it, and no other', async () => {
  const ended = unscoped(async (db) => {
    const { rows } = await db.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const sleeping = db.query('SELECT pg_sleep(20)');
    await withDatabase((owner) => owner.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]));
    await sleeping;
  });
  await expect(ended).rejects.toMatchObject({ code: 'dependency_unavailable' });
  await expect(whoAmI()).resolves.toBe(LOGIN);
});

test('a reused connection does not have the scope of the earlier request', async () => {
  const scope = `SELECT current_setting('app.team_id', true) AS team, current_user AS "user"`;
  await inTeam('01a20657-4a33-71a5-a8d5-1b16a08ec346', (db) => db.query(scope));
  const [mine, workers] = [await unscoped((db) => db.query(scope)), await asWorker((db) => db.query(scope))];
  expect(mine.rows).toEqual([{ team: '', user: 'rag_app' }]);
  expect(workers.rows).toEqual([{ team: null, user: 'rag_worker' }]);
});

test('a scope that is no UUID is refused before it reaches the database', async () => {
  const attempt = inTeam(`x', true); DROP TABLE teams; --`, (db) => db.query('SELECT 1'));
  await expect(attempt).rejects.toThrow('must be a UUID');
});

test('work that throws is rolled back', async () => {
  const id = crypto.randomUUID();
  const failing = unscoped(async (db) => {
    await db.query(`INSERT INTO users (id, issuer, subject, email, name) VALUES ($1, 'x', $2, 'x', 'x')`, [
      id,
      id,
    ]);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  const found = await unscoped((db) => db.query('SELECT FROM users WHERE id = $1', [id]));
  expect(found.rowCount).toBe(0);
});

test.each([
  ['a duplicate', `INSERT INTO users SELECT * FROM users LIMIT 1`, 'already_exists'],
  [
    'a reference to nothing',
    `INSERT INTO sessions (id, user_id, expires_at) VALUES (gen_random_uuid(), gen_random_uuid(), now())`,
    'conflict',
  ],
  ['a deadlock', `DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$`, 'conflict'],
  ['a statement that takes too long', `DO $$ BEGIN RAISE SQLSTATE '57014'; END $$`, 'dependency_unavailable'],
  ['too many connections', `DO $$ BEGIN RAISE SQLSTATE '53300'; END $$`, 'dependency_unavailable'],
])('%s has an error code of the API', async (_what, sql, code) => {
  await unscoped((db) =>
    db.query(`INSERT INTO users (id, issuer, subject, email, name) VALUES ($1, 'x', $2, 'x', 'x')`, [
      crypto.randomUUID(),
      crypto.randomUUID(),
    ]),
  );
  await expect(unscoped((db) => db.query(sql))).rejects.toMatchObject({ code });
});
