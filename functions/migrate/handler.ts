import { join } from 'node:path';
import { config, loadConfig } from '#shared/config.ts';
import { migrate } from '#shared/db/migrate.ts';
import { log } from '#shared/log.ts';

/** Runs at every deploy, before the new functions take traffic; a failure fails the deploy. */
export async function handler(): Promise<{ ran: string[] }> {
  await loadConfig('database');
  const settings = config('database');
  const ran = await migrate(
    {
      host: settings.DATABASE_HOST,
      port: settings.DATABASE_PORT,
      user: settings.DATABASE_USER,
      password: settings.DATABASE_PASSWORD,
      database: settings.DATABASE_NAME,
      tls: settings.DATABASE_TLS,
    },
    // The same place from the source and from inside the bundle.
    join(import.meta.dirname, '../../migrations'),
  );
  log.info('migrated', { ran });
  return { ran };
}
