import { runner } from 'node-pg-migrate';
import type { DatabaseConnection } from './connection.ts';

/**
 * Runs the numbered SQL files of `dir` that this database has not seen, in order and in one transaction, under an
 * advisory lock: two runs at once are one run and a wait; a second run changes nothing.
 * @param table remembers what ran; files that are numbered apart from the others need one of their own
 * @returns the names of the migrations that ran now
 * @throws Error when a file fails (nothing of the run stays), or when one lies before another that ran already
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
