import { handler } from '#functions/migrate/handler.ts';
import { reloadConfig } from '#shared/core/config.ts';
import { forgetSecret } from '#shared/core/secrets.ts';
import { setLoginPasswords } from '#shared/db/login-passwords.ts';
import { closePools } from '#shared/db/pool.ts';
import { asWorker, unscoped } from '#shared/db/scope.ts';
import { ownerSettings } from '#tests/support/database.ts';
import { platform } from '#tests/support/platform.ts';
import { type SecretsStub, startSecretsStub } from '#tests/support/secrets-stub.ts';

let stub: SecretsStub;
/** The passwords of the platform that all test files share. */
let logins: { user: string; password: string }[];

beforeAll(async () => {
  stub = await startSecretsStub();
  const { env } = await platform();
  logins = [env.DATABASE_URL, env.DATABASE_WORKER_URL].map((text) => {
    const { username: user, password } = new URL(text ?? '');
    return { user, password: decodeURIComponent(password) };
  });
  const { host, port, user, password, database: dbname } = await ownerSettings();
  const secretOf = (login: { user: string; password: string } | undefined) => ({
    username: login?.user,
    password: login?.password,
    host,
    port,
    dbname,
  });
  stub.store({
    'rag/jwt': { secret_key: env.JWT_SECRET },
    'rag/database': secretOf({ user, password }),
    'rag/database-app': secretOf(logins[0]),
    'rag/database-worker': secretOf(logins[1]),
  });
  for (const name of ['DATABASE_URL', 'DATABASE_WORKER_URL', 'DATABASE_OWNER_URL']) delete process.env[name];
  Object.assign(process.env, { SECRETS_PREFIX: 'rag/', DATABASE_TLS: 'false', VECTOR_STORE: 'pgvector' });
  for (const name of ['database', 'database-app', 'database-worker'] as const) forgetSecret(name);
  for (const section of ['database', 'database_owner', 'database_worker'] as const)
    await reloadConfig(section);
});

afterAll(async () => {
  await closePools();
  await setLoginPasswords({ ...(await ownerSettings()), ssl: false }, logins);
  await stub.close();
});

async function whoAmI(run: typeof unscoped): Promise<string> {
  const { rows } = await run((db) => db.query<{ session_user: string }>('SELECT session_user'));
  return rows[0]?.session_user ?? '';
}

test('a rotation changes both passwords and no other field, and a running process goes on', async () => {
  expect([await whoAmI(unscoped), await whoAmI(asWorker)]).toEqual(['rag_app_login', 'rag_worker_login']);
  const before = stub.read('rag/database-app');
  expect(await handler({ rotate: 'database' })).toEqual({ rotated: ['rag_app_login', 'rag_worker_login'] });
  const after = stub.read('rag/database-app');
  expect(after).toEqual({ ...before, password: after.password });
  expect(after.password).not.toBe(before.password);
  await closePools();
  expect([await whoAmI(unscoped), await whoAmI(asWorker)]).toEqual(['rag_app_login', 'rag_worker_login']);
});

test('a secret that cannot be written leaves the old passwords in force', async () => {
  stub.store({ 'rag/database-worker': null });
  await expect(handler({ rotate: 'database' })).rejects.toThrow();
  await closePools();
  expect(await whoAmI(asWorker)).toBe('rag_worker_login');
});
