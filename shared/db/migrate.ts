import { runner } from 'node-pg-migrate';
import type { DatabaseConnection } from './connection.ts';

/**
 * Runs the numbered SQL files of `dir` that have not run in this database, in order and in one transaction. An
 * advisory lock makes concurrent runs wait for each other; a repeated run changes nothing.
 * @param table stores the names of the files that ran; each numbered series of files needs its own table
 * @returns the names of the migrations that ran in this call
 * @throws Error when a file fails (the whole run is rolled back), or when a new file precedes one that ran already
 */
export async function migrate(
  connection: DatabaseConnection,
  dir: string,
  table = 'schema_migrations',
): Promise<string[]> {
  const ran = await runner({
    databaseUrl: { ssl: false, ...connection },
    dir,
    direction: 'up',
    migrationsTable: table,
    checkOrder: true,
    advisoryLockMode: 'wait',
    singleTransaction: true,
    log: () => {},
  });
  return ran.map((migration) => migration.name);
}
