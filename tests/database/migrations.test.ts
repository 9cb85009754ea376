import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '#local/platform/options.ts';
import { migrate } from '#shared/db/migrate.ts';
import { ownerSettings, withDatabase, withEmptyDatabase } from '#tests/support/database.ts';

const DIR = path.join(ROOT, 'migrations');
let copy: string;

beforeEach(async () => {
  copy = await mkdtemp(path.join(tmpdir(), 'migrations-'));
  await cp(DIR, copy, { recursive: true });
});

afterEach(() => rm(copy, { recursive: true }));

async function run(database: string, dir = DIR): Promise<string[]> {
  return await migrate(await ownerSettings(database), dir);
}

/** The migrations of every database, without those of a setting, which are in a subfolder. */
async function migrationNames(): Promise<string[]> {
  const files = (await readdir(DIR)).filter((file) => file.endsWith('.sql'));
  return files.sort().map((file) => path.basename(file, '.sql'));
}

/** A description of every table, index and column of the schema. */
async function schemaOf(database: string): Promise<unknown[]> {
  return await withDatabase(
    async (client) => {
      const { rows } = await client.query(
        `SELECT c.relname, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull
         FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1, a.attnum`,
      );
      return rows;
    },
    { database },
  );
}

test('migrations run in the order of their numbers, and a second run changes nothing', async () => {
  const names = await migrationNames();
  await withEmptyDatabase(async (database) => {
    expect(await run(database)).toEqual(names);
    const schema = await schemaOf(database);
    expect(await run(database)).toEqual([]);
    expect(await schemaOf(database)).toEqual(schema);
  });
});

test('of two concurrent runs one migrates, and the other waits and finds nothing to do', async () => {
  await withEmptyDatabase(async (database) => {
    const ran = await Promise.all([run(database), run(database)]);
    expect(ran.map((names) => names.length).sort((a, b) => a - b)).toEqual([
      0,
      (await migrationNames()).length,
    ]);
  });
});

test('a migration numbered before one that ran already is refused, and nothing runs', async () => {
  await withEmptyDatabase(async (database) => {
    await run(database, copy);
    await writeFile(path.join(copy, '0002-a-late-idea.sql'), 'CREATE TABLE late_idea (id uuid);');
    await expect(run(database, copy)).rejects.toThrow(/0002-a-late-idea/);
    expect(JSON.stringify(await schemaOf(database))).not.toContain('late_idea');
  });
});

test('a failed migration rolls back the whole run', async () => {
  await withEmptyDatabase(async (database) => {
    await writeFile(
      path.join(copy, '9999-broken.sql'),
      'CREATE TABLE half (id uuid); SELECT no_such_column;',
    );
    await expect(run(database, copy)).rejects.toThrow(/no_such_column/);
    expect(JSON.stringify(await schemaOf(database))).not.toMatch(/"(half|teams)"/);
    await rm(path.join(copy, '9999-broken.sql'));
    expect(await run(database, copy)).toHaveLength((await migrationNames()).length);
  });
});

test('a new migration runs alone, after the earlier ones', async () => {
  await withEmptyDatabase(async (database) => {
    await run(database, copy);
    await writeFile(path.join(copy, '9999-more.sql'), 'CREATE TABLE more (id uuid);');
    expect(await run(database, copy)).toEqual(['9999-more']);
  });
});
