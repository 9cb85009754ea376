import type { Client } from 'pg';
import { codeOf } from '#shared/db/pool.ts';
import { asApp, withDatabase } from '#tests/support/database.ts';
import { insertTeamRows, type TeamRows } from '#tests/support/team-rows.ts';

/** A table with rows of teams, and the column that holds the team's id. */
type TeamTable = { table: string; column: string };
type ForeignKey = { child: string; parent: string; column: string };

/** The application may add rows to them and read them, and nothing else. */
const APPEND_ONLY = ['audit_log', 'audit_details'];

const REFUSED_BY_POLICY = '42501';
const REFUSED_BY_FOREIGN_KEY = '23503';

let a: TeamRows;
let b: TeamRows;
let tables: TeamTable[];

beforeAll(async () => {
  [a, b] = await withDatabase(async (owner) => [await insertTeamRows(owner), await insertTeamRows(owner)]);
  tables = await withDatabase(teamTables);
});

afterAll(async () => {
  await withDatabase(async (owner) => {
    for (const table of ['outbox', 'transfers', ...APPEND_ONLY])
      await owner.query(`DELETE FROM ${table} WHERE team_id = ANY($1)`, [[a.team, b.team]]);
    await owner.query('DELETE FROM teams WHERE id = ANY($1)', [[a.team, b.team]]);
    await owner.query('DELETE FROM users WHERE id = ANY($1)', [[a.user, b.user]]);
  });
});

/** Read from the catalogue, so that new tables are tested too. */
async function teamTables(client: Client): Promise<TeamTable[]> {
  const { rows } = await client.query<{ table: string }>(
    `SELECT table_name AS "table" FROM information_schema.columns
     WHERE table_schema = 'public' AND column_name = 'team_id' ORDER BY 1`,
  );
  return [{ table: 'teams', column: 'id' }, ...rows.map(({ table }) => ({ table, column: 'team_id' }))];
}

async function teamsSeen(client: Client, { table, column }: TeamTable): Promise<string[]> {
  const { rows } = await client.query<{ team: string }>(
    `SELECT DISTINCT ${column} AS team FROM ${table} ORDER BY 1`,
  );
  return rows.map(({ team }) => team);
}

/** The SQLSTATE with which a statement fails. The transaction continues. */
async function refusal(client: Client, sql: string, values: unknown[]): Promise<string> {
  await client.query('SAVEPOINT attempt');
  const code = await client.query(sql, values).then(
    ({ rowCount }) => `accepted for ${rowCount} rows`,
    (error: unknown) => codeOf(error),
  );
  await client.query('ROLLBACK TO attempt');
  return code;
}

test('this test has rows of both teams in every table that has a team_id', async () => {
  expect(tables.length).toBeGreaterThan(13);
  await withDatabase(async (owner) => {
    for (const each of tables)
      expect([each.table, await teamsSeen(owner, each)]).toEqual([
        each.table,
        expect.arrayContaining([a.team, b.team]) as string[],
      ]);
  });
});

test('every table of a team has row-level security, forced upon its owner too', async () => {
  const { rows } = await withDatabase((owner) =>
    owner.query<{ table: string }>(
      `SELECT relname AS "table" FROM pg_class WHERE relrowsecurity AND relforcerowsecurity
       AND relkind = 'r' AND relnamespace = 'public'::regnamespace`,
    ),
  );
  expect(rows.map(({ table }) => table)).toEqual(expect.arrayContaining(tables.map(({ table }) => table)));
});

test('a request of team A sees only rows of A, in every table and without any WHERE', async () => {
  await asApp({ team: a.team }, async (app) => {
    for (const each of tables)
      expect([each.table, await teamsSeen(app, each)]).toEqual([each.table, [a.team]]);
  });
});

test('without a scope nothing of any team is seen', async () => {
  await asApp({}, async (app) => {
    for (const each of tables) expect([each.table, await teamsSeen(app, each)]).toEqual([each.table, []]);
  });
});

test('a scope does not outlive its transaction', async () => {
  await asApp({ team: a.team }, async (app) => {
    await app.query('COMMIT; BEGIN');
    for (const each of tables) expect([each.table, await teamsSeen(app, each)]).toEqual([each.table, []]);
  });
});

test('a user’s scope shows their own memberships, teams and audit entries, and nothing else of a team', async () => {
  const shown = ['memberships', 'teams', ...APPEND_ONLY];
  await asApp({ user: a.user }, async (app) => {
    for (const each of tables)
      expect([each.table, await teamsSeen(app, each)]).toEqual([
        each.table,
        shown.includes(each.table) ? [a.team] : [],
      ]);
  });
});

test('a key’s scope shows that key, and nothing else of a team', async () => {
  await asApp({ key: a.key }, async (app) => {
    for (const each of tables)
      expect([each.table, await teamsSeen(app, each)]).toEqual([
        each.table,
        each.table === 'api_keys' ? [a.team] : [],
      ]);
  });
});

test('the scopes of a user and of a key allow no change', async () => {
  for (const scope of [{ user: a.user }, { key: a.key }]) {
    await asApp(scope, async (app) => {
      for (const { table, column } of tables)
        expect([table, await refusal(app, `UPDATE ${table} SET ${column} = ${column}`, [])]).toEqual([
          table,
          APPEND_ONLY.includes(table) ? REFUSED_BY_POLICY : 'accepted for 0 rows',
        ]);
    });
  }
});

test('a request of team A cannot give a row of A to team B', async () => {
  await asApp({ team: a.team }, async (app) => {
    for (const { table, column } of tables) {
      const code = await refusal(app, `UPDATE ${table} SET ${column} = $1`, [b.team]);
      expect([table, code]).toEqual([table, REFUSED_BY_POLICY]);
    }
  });
});

test('a request of team A cannot insert a row into team B', async () => {
  await asApp({ team: a.team }, async (app) => {
    for (const { table, column } of tables) {
      const row = `jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid()) || jsonb_build_object('${column}', $1::uuid))`;
      const code = await refusal(app, `INSERT INTO ${table} SELECT (${row}).* FROM ${table} r LIMIT 1`, [
        b.team,
      ]);
      expect([table, code]).toEqual([table, REFUSED_BY_POLICY]);
    }
  });
});

test('a request of team A changes and deletes no row of team B, in every table and without any WHERE', async () => {
  for (const { table, column } of tables.filter((each) => !APPEND_ONLY.includes(each.table))) {
    const left = await withDatabase(async (owner) => {
      await owner.query(`BEGIN; SET LOCAL ROLE rag_app; SELECT set_config('app.team_id', '${a.team}', true)`);
      await owner.query(
        `UPDATE ${table} SET ${column} = ${column}; DELETE FROM ${table}; SET LOCAL ROLE NONE`,
      );
      return await teamsSeen(owner, { table, column });
    });
    expect([table, left]).toEqual([table, expect.arrayContaining([b.team]) as string[]]);
    expect([table, left]).not.toEqual([table, expect.arrayContaining([a.team]) as string[]]);
  }
});

describe('a row of one team cannot reference a row of another', () => {
  let keys: ForeignKey[];

  beforeAll(async () => {
    keys = await withDatabase(foreignKeys);
  });

  /** The columns of every foreign key between two tables of teams, without the team's id. */
  async function foreignKeys(client: Client): Promise<ForeignKey[]> {
    const { rows } = await client.query<ForeignKey>(
      `SELECT c.conrelid::regclass::text AS child, c.confrelid::regclass::text AS parent, attname AS column
       FROM pg_constraint c JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey)
       WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND attname <> 'team_id'
       AND c.confrelid::regclass::text <> 'users'`,
    );
    return rows;
  }

  test('every reference that the schema must have is there', () => {
    expect(keys).toEqual(
      expect.arrayContaining([
        { child: 'documents', parent: 'collections', column: 'collection_id' },
        { child: 'chunks', parent: 'documents', column: 'document_id' },
        { child: 'postings', parent: 'documents', column: 'document_id' },
        { child: 'bot_collections', parent: 'bots', column: 'bot_id' },
        { child: 'bot_collections', parent: 'collections', column: 'collection_id' },
        { child: 'conversations', parent: 'bots', column: 'bot_id' },
        { child: 'conversations', parent: 'api_keys', column: 'api_key_id' },
        { child: 'messages', parent: 'conversations', column: 'conversation_id' },
      ]),
    );
  });

  test('even the tables’ owner is refused, for every one of them', async () => {
    await withDatabase(async (owner) => {
      await owner.query('BEGIN');
      for (const { child, parent, column } of keys) {
        // A membership has no id: it is referenced by its user.
        const referenced = parent === 'memberships' ? column : 'id';
        const foreign = `(SELECT ${referenced} FROM ${parent} WHERE team_id = $2)`;
        const sql = `UPDATE ${child} SET ${column} = ${foreign} WHERE team_id = $1`;
        expect([child, column, await refusal(owner, sql, [a.team, b.team])]).toEqual([
          child,
          column,
          REFUSED_BY_FOREIGN_KEY,
        ]);
      }
    });
  });
});

describe('the role of requests', () => {
  test('owns nothing, bypasses nothing and may not log in', async () => {
    const { rows } = await withDatabase((owner) =>
      owner.query(
        `SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin,
           (SELECT count(*)::int FROM pg_class WHERE relowner = pg_roles.oid) AS owned,
           (SELECT count(*)::int FROM pg_auth_members WHERE member = pg_roles.oid) AS memberships
         FROM pg_roles WHERE rolname IN ('rag_app', 'rag_worker') ORDER BY 1`,
      ),
    );
    const powerless = { rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false };
    const nothing = { ...powerless, rolcanlogin: false, owned: 0, memberships: 0 };
    expect(rows).toEqual([
      { rolname: 'rag_app', ...nothing },
      { rolname: 'rag_worker', ...nothing },
    ]);
  });

  test('creates, alters, drops and truncates no table, and switches no policy off', async () => {
    await asApp({ team: a.team }, async (app) => {
      for (const sql of [
        'CREATE TABLE mine (id uuid)',
        'ALTER TABLE teams DISABLE ROW LEVEL SECURITY',
        'DROP POLICY of_team ON teams',
        'TRUNCATE teams CASCADE',
        'DROP TABLE messages',
        'GRANT rag_worker TO rag_app',
      ])
        expect([sql, await refusal(app, sql, [])]).toEqual([sql, REFUSED_BY_POLICY]);
    });
  });

  test('is the role to which RESET returns', async () => {
    await asApp({ team: a.team }, async (app) => {
      await app.query('RESET ROLE; RESET ALL; RESET SESSION AUTHORIZATION');
      expect((await app.query('SELECT current_user')).rows).toEqual([{ current_user: 'rag_app' }]);
    });
  });
});

test('the sweeper sees what is due of all teams, and may delete what is to be forgotten, and nothing else', async () => {
  const { rows } = await withDatabase((owner) =>
    owner.query(
      `SELECT table_name AS "table", string_agg(privilege_type, ' ' ORDER BY privilege_type) AS rights
       FROM information_schema.role_table_grants WHERE grantee = 'rag_worker' GROUP BY 1 ORDER BY 1`,
    ),
  );
  expect(rows).toEqual([
    { table: 'audit_details', rights: 'DELETE SELECT UPDATE' },
    { table: 'audit_log', rights: 'DELETE SELECT' },
    { table: 'conversations', rights: 'DELETE SELECT' },
    { table: 'documents', rights: 'SELECT' },
    { table: 'erasures', rights: 'DELETE SELECT' },
    { table: 'idempotency_keys', rights: 'DELETE SELECT' },
    { table: 'invitations', rights: 'DELETE SELECT' },
    { table: 'logout_tokens', rights: 'DELETE SELECT' },
    { table: 'outbox', rights: 'SELECT' },
    { table: 'rate_limits', rights: 'DELETE SELECT' },
    { table: 'sessions', rights: 'DELETE SELECT' },
    { table: 'sign_in_links', rights: 'DELETE SELECT' },
    { table: 'transfers', rights: 'DELETE SELECT' },
    { table: 'webhook_deliveries', rights: 'DELETE SELECT' },
  ]);
});
