import path from 'node:path';
import { config, loadConfig } from '#shared/config.ts';
import { migrate } from '#shared/db/migrate.ts';
import { ROOT } from './platform/options.ts';

await loadConfig('database');
const settings = config('database');
const applied = await migrate(
  {
    host: settings.DATABASE_HOST,
    port: settings.DATABASE_PORT,
    user: settings.DATABASE_USER,
    password: settings.DATABASE_PASSWORD,
    database: settings.DATABASE_NAME,
    tls: settings.DATABASE_TLS,
  },
  path.join(ROOT, 'migrations'),
);
console.log(applied.length > 0 ? `${applied.length} applied` : 'up to date');
