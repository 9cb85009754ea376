import dns from 'node:dns';
import path from 'node:path';
import { loadConfig } from '#shared/core/config.ts';
import { ownerConnection } from '#shared/db/connection.ts';
import { migrate } from '#shared/db/migrate.ts';
import { closePools } from '#shared/db/pool.ts';
import { unscoped } from '#shared/db/scope.ts';

/**
 * Connects to the database as the platform does (`pool`) or as a deploy does (`migrate`). Runs in a separate process,
 * because Node reads its trusted authorities at start. Prints the outcome as JSON. All host names resolve to 127.0.0.1.
 */
const lookup = dns.lookup.bind(dns);
dns.lookup = ((_host: string, ...rest: [dns.LookupOptions, () => void]) =>
  lookup('127.0.0.1', ...rest)) as typeof dns.lookup;

await loadConfig('database', 'database_owner');
const outcome = await (process.argv[2] === 'migrate' ? migrated() : connected()).catch((error: unknown) => ({
  refused: reasonOf(error),
}));
console.log(JSON.stringify(outcome));
await closePools();

async function connected() {
  const { rows } = await unscoped((db) =>
    db.query<{ ssl: boolean; version: string }>(
      'SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
    ),
  );
  return rows[0] ?? {};
}

async function migrated() {
  return { ran: (await migrate(ownerConnection(), path.resolve('migrations'))).length };
}

function reasonOf(error: unknown): string {
  const { cause = error } = error as Error & { cause?: Error };
  const { code, message } = cause as Error & { code?: string };
  return code ?? message;
}
