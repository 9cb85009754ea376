import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '#local/platform/options.ts';
import { freePorts } from '#local/platform/ports.ts';
import {
  DATABASE_USER,
  databaseIsReady,
  outsideDirectory,
  preparePostgres,
} from '#local/platform/postgres.ts';
import { reloadConfig } from '#shared/core/config.ts';
import { migrate } from '#shared/db/migrate.ts';
import { closePools } from '#shared/db/pool.ts';
import { inTeam, unscoped } from '#shared/db/scope.ts';
import * as teams from '#shared/db/teams.ts';
import * as users from '#shared/db/users.ts';
import { runStatements } from '#tests/support/statements.ts';
import { untilPasses } from '#tests/support/until.ts';

/** On Aurora the tables' owner is the master user, who is no superuser, unlike locally. So this starts its own cluster. */
const MASTER = { user: 'master', password: 'master', database: 'production' };
const SUPERUSER = { user: DATABASE_USER, password: randomUUID(), database: 'postgres' };
let directory: string;
let server: ChildProcess;
let connection: { host: string; port: number };

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'rag-owner-'));
  // PostgreSQL may run under another account than these tests.
  await chmod(directory, 0o755);
  const [port = 0] = await freePorts(1);
  const options = { dataDir: directory, port, password: SUPERUSER.password, durable: false };
  const { file, args, env, account } = await preparePostgres(options);
  server = spawn(file, args, { env, stdio: 'ignore', ...account });
  await untilPasses(async () => expect(await databaseIsReady(options)).toBe(true));
  connection = { host: '127.0.0.1', port };
  await query(SUPERUSER, [
    `CREATE ROLE master LOGIN CREATEROLE CREATEDB PASSWORD 'master'`,
    'CREATE DATABASE production OWNER master',
  ]);
  Object.assign(process.env, {
    DATABASE_HOST: connection.host,
    DATABASE_PORT: String(port),
    DATABASE_USER: MASTER.user,
    DATABASE_PASSWORD: MASTER.password,
    DATABASE_NAME: MASTER.database,
    DATABASE_TLS: 'false',
  });
  await reloadConfig('database');
}, 60_000);

afterAll(async () => {
  await closePools();
  const ended = once(server, 'exit');
  server.kill('SIGINT');
  await ended;
  for (const each of [directory, outsideDirectory(SUPERUSER.password)])
    await rm(each, { recursive: true, force: true });
});

async function query(as: typeof MASTER, statements: string[]): Promise<unknown[]> {
  return await runStatements({ ...connection, ...as }, statements);
}

test('the migrations need no superuser, at the first run and later', async () => {
  const dir = path.join(ROOT, 'migrations');
  expect((await migrate({ ...connection, ...MASTER }, dir)).length).toBeGreaterThan(0);
  expect(await migrate({ ...connection, ...MASTER }, dir)).toEqual([]);
});

test('requests work under that login, and deletes cascade', async () => {
  const id = randomUUID();
  const user = await users.upsert({
    issuer: 'x',
    subject: id,
    email: 'x@example.com',
    name: 'x',
    pictureUrl: null,
  });
  const team = await teams.insert({ name: 'x', ownerId: user.id });
  expect(await teams.find(team.id)).toEqual(team);
  expect(await users.listTeams(user.id, { limit: 10, before: null })).toEqual([
    { id: team.id, name: 'x', role: 'owner' },
  ]);
  await inTeam(team.id, (db) => teams.remove(team.id, db));
  const left = await inTeam(team.id, (db) =>
    db.query('SELECT FROM memberships UNION ALL SELECT FROM collections'),
  );
  expect(left.rowCount).toBe(0);
});

test('without a scope even the tables’ owner sees no row of a team', async () => {
  const user = await users.upsert({
    issuer: 'x',
    subject: 'y',
    email: 'y@example.com',
    name: 'y',
    pictureUrl: null,
  });
  const team = await teams.insert({ name: 'y', ownerId: user.id });
  expect((await unscoped((db) => db.query('SELECT FROM teams'))).rowCount).toBe(0);
  for (const table of ['teams', 'memberships', 'collections'])
    expect(await query(MASTER, [`SELECT * FROM ${table}`])).toEqual([]);
  const mine = await query(MASTER, [`SET app.team_id = '${team.id}'`, 'SELECT id FROM teams']);
  expect(mine).toEqual([{ id: team.id }]);
});
