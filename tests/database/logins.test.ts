import { Client } from 'pg';
import { resolveOptions } from '#local/platform/options.ts';
import { embedder, gateway, worker } from '#local/platform/part-processes.ts';
import type { ManagedProcess, ProcessGroup } from '#local/platform/processes.ts';
import { setLoginPasswords } from '#shared/db/login-passwords.ts';
import { codeOf } from '#shared/db/pool.ts';
import { ownerSettings, withDatabase } from '#tests/support/database.ts';
import { platform } from '#tests/support/platform.ts';

const DENIED = '42501';
const OTHER_ROLES = {
  rag_app: ['rag_worker', 'rag_worker_login', 'rag', 'postgres', 'pg_read_all_data', 'pg_write_all_data'],
  rag_worker: ['rag_app', 'rag_app_login', 'rag', 'postgres', 'pg_read_all_data', 'pg_write_all_data'],
};
const LOGINS = [
  { login: 'rag_app_login', role: 'rag_app', setting: 'DATABASE_URL' },
  { login: 'rag_worker_login', role: 'rag_worker', setting: 'DATABASE_WORKER_URL' },
] as const;

/** Runs `work` on a connection of one of the platform's own logins, as the platform's processes open it. */
async function asLogin<T>(
  { setting, role }: { setting: string; role: string },
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const { env } = await platform();
  const client = new Client({ connectionString: env[setting], options: `-c role=${role}` });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The SQLSTATE with which a statement fails; `accepted` if it does not. */
async function outcome(client: Client, sql: string): Promise<string> {
  await client.query('BEGIN');
  const code = await client.query(sql).then(
    () => 'accepted',
    (error: unknown) => codeOf(error),
  );
  await client.query('ROLLBACK');
  return code;
}

async function tablesOf(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
  );
  return rows.map(({ name }) => name);
}

describe.each(LOGINS)('$login', ({ login, role, setting }) => {
  const as = { role, setting };

  test('owns nothing, and is a member of its role alone, which it has to take', async () => {
    const { rows } = await withDatabase((owner) =>
      owner.query(
        `SELECT rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication,
           (SELECT count(*)::int FROM pg_shdepend WHERE refobjid = r.oid AND deptype = 'o') AS owned,
           (SELECT array_agg(roleid::regrole::text) FROM pg_auth_members WHERE member = r.oid) AS member_of,
           (SELECT bool_or(admin_option OR inherit_option) FROM pg_auth_members WHERE member = r.oid) AS more
         FROM pg_roles r WHERE rolname = $1`,
        [login],
      ),
    );
    const nothing = {
      rolsuper: false,
      rolinherit: false,
      rolcreaterole: false,
      rolcreatedb: false,
      rolbypassrls: false,
      rolreplication: false,
      owned: 0,
      more: false,
    };
    expect(rows).toEqual([{ ...nothing, member_of: [role] }]);
  });

  test.each(['SET ROLE NONE', `SET SESSION AUTHORIZATION DEFAULT; SET ROLE NONE`])(
    'reads and changes no table after %s',
    async (escape) => {
      await asLogin(as, async (client) => {
        const tables = await tablesOf(client);
        expect(tables.length).toBeGreaterThan(20);
        await client.query(escape);
        expect((await client.query('SELECT current_user')).rows).toEqual([{ current_user: login }]);
        for (const table of tables)
          for (const sql of [
            `SELECT * FROM ${table}`,
            `DELETE FROM ${table}`,
            `INSERT INTO ${table} DEFAULT VALUES`,
          ])
            expect([sql, await outcome(client, sql)]).toEqual([sql, DENIED]);
      });
    },
  );

  test('returns to its role with RESET', async () => {
    await asLogin(as, async (client) => {
      await client.query('RESET ROLE; RESET ALL; RESET SESSION AUTHORIZATION');
      expect((await client.query('SELECT current_user')).rows).toEqual([{ current_user: role }]);
    });
  });

  test('becomes no other role', async () => {
    const { env } = await platform();
    const owner = new URL(env.DATABASE_OWNER_URL ?? '').username;
    await asLogin(as, async (client) => {
      for (const other of new Set([...OTHER_ROLES[role], owner]))
        for (const sql of [
          `SET ROLE ${other}`,
          `SET SESSION AUTHORIZATION ${other}`,
          `GRANT ${other} TO ${login}`,
        ])
          expect([sql, await outcome(client, sql)]).not.toEqual([sql, 'accepted']);
    });
  });

  test.each([
    'CREATE TABLE mine (id uuid)',
    'CREATE TEMP TABLE mine (id uuid)',
    'CREATE SCHEMA mine',
    'CREATE ROLE mine',
    'ALTER ROLE rag_app_login SUPERUSER',
    'ALTER ROLE rag_worker_login SUPERUSER',
    `ALTER ROLE rag PASSWORD 'mine'`,
    'CREATE EXTENSION dblink',
    'CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
    'ALTER TABLE teams DISABLE ROW LEVEL SECURITY',
    'ALTER TABLE teams NO FORCE ROW LEVEL SECURITY',
    'DROP POLICY of_team ON teams',
    'CREATE POLICY mine ON teams USING (true)',
    'DROP TABLE teams CASCADE',
    'TRUNCATE teams CASCADE',
    `COPY teams TO PROGRAM 'cat'`,
    `SELECT pg_read_file('/etc/passwd')`,
    'SELECT * FROM pg_authid',
    'DELETE FROM schema_migrations',
  ])('may not %s', async (sql) => {
    await asLogin(as, async (client) => {
      expect(await outcome(client, sql)).toBe(DENIED);
      await client.query('SET ROLE NONE');
      expect(await outcome(client, sql)).toBe(DENIED);
    });
  });
});

test('the worker’s login reads no table but those that the sweep needs', async () => {
  const needed = [
    'documents',
    'outbox',
    'idempotency_keys',
    'sessions',
    'rate_limits',
    'sign_in_links',
    'invitations',
    'logout_tokens',
    'audit_log',
    'audit_details',
    'conversations',
    'erasures',
    'transfers',
    'webhook_deliveries',
    'teams',
  ];
  await asLogin(LOGINS[1], async (client) => {
    for (const table of await tablesOf(client)) {
      const expected = needed.includes(table) ? 'accepted' : DENIED;
      expect([table, await outcome(client, `SELECT FROM ${table}`)]).toEqual([table, expected]);
    }
  });
});

describe('the processes of the platform', () => {
  async function environmentOf(part: (context: Parameters<typeof gateway>[0]) => ManagedProcess) {
    const { env } = await platform();
    const options = await resolveOptions({ ports: 'free' });
    const context = { options, env, secrets: {} as never, group: {} as ProcessGroup };
    return (await part(context).prepare()).env;
  }

  test('have only the logins that they use, and the embedder no secret at all', async () => {
    const { env } = await platform();
    expect(Object.keys(env)).toContain('DATABASE_OWNER_URL');
    const parts = await Promise.all([gateway, worker, embedder].map(environmentOf));
    const secretsOf = (names: string[]) =>
      names.filter((name) => /^DATABASE_\w*URL$|SECRET|PEPPER|API_KEY/.test(name)).sort();
    const [ofGateway = [], ofWorker = [], ofEmbedder] = parts.map((each) => secretsOf(Object.keys(each)));
    expect(ofGateway.filter((name) => name.startsWith('DATABASE_'))).toEqual(['DATABASE_URL']);
    expect(ofWorker.filter((name) => name.startsWith('DATABASE_'))).toEqual([
      'DATABASE_URL',
      'DATABASE_WORKER_URL',
    ]);
    expect(ofEmbedder).toEqual([]);
  });
});

describe('the passwords of the logins', () => {
  test('are those of the secrets after a deploy, and the old one is refused', async () => {
    const { env } = await platform();
    const current = new URL(env.DATABASE_WORKER_URL ?? '');
    const login = { user: current.username, password: decodeURIComponent(current.password) };
    const attempt = (password: string) =>
      withDatabase(async () => 'accepted', { user: login.user, password }).catch((error: unknown) =>
        codeOf(error),
      );
    const owner = { ...(await ownerSettings()), ssl: false as const };
    expect(await setLoginPasswords(owner, [{ ...login, password: 'another' }])).toEqual(['rag_worker_login']);
    const seen = [await attempt('another'), await attempt(login.password)];
    await setLoginPasswords(owner, [login]);
    expect(seen).toEqual(['accepted', '28P01']);
    expect(await attempt(login.password)).toBe('accepted');
  });

  test('of logins that the platform did not make are left alone', async () => {
    const owner = { ...(await ownerSettings()), ssl: false as const };
    expect(await setLoginPasswords(owner, [{ user: owner.user, password: 'another' }])).toEqual([]);
  });
});
