import { join } from 'node:path';
import { loadConfig, section } from '#shared/core/config.ts';
import { databaseConnection, ownerConnection, workerConnection } from '#shared/db/connection.ts';
import { setLoginPasswords } from '#shared/db/login-passwords.ts';
import { migrate } from '#shared/db/migrate.ts';
import { log } from '#shared/observability/log.ts';
import { answerDeploy, type DeployEvent, isDeployEvent } from './cloudformation.ts';
import { publishServiceKeys } from './publish-service-keys.ts';
import { rotateLogins } from './rotate-logins.ts';

const vectorsConfig = section('vectors');
// The owner's login migrates; the others are read to give them the passwords of their secrets.
section('database_owner');
section('database_worker');
// The first signing key and those that were added: the embedder gets their public halves.
section('auth');

/** Relative to this file, which has the same depth in the source and in the bundle. */
const MIGRATIONS = join(import.meta.dirname, '../../migrations');

type Migrated = { ran: string[] };
type Rotated = { rotated: string[] };
/** An operator's request: `npm run keys:rotate -- --stage … --only database`. */
type RotateEvent = { rotate: 'database' };

/**
 * Runs the migrations at every deploy, before the new functions take traffic. A failure fails the deploy. Invoked with
 * `{"rotate":"database"}`, it gives the logins new passwords instead.
 */
export async function handler(event: DeployEvent | RotateEvent | object = {}): Promise<Migrated | Rotated> {
  if ('rotate' in event) return await rotate();
  if (!isDeployEvent(event)) return await runMigrations();
  return (await answerDeploy(event, runMigrations)) ?? { ran: [] };
}

async function runMigrations(): Promise<Migrated> {
  await loadConfig();
  const owner = ownerConnection();
  const ran = await migrate(owner, MIGRATIONS);
  if (vectorsConfig().VECTOR_STORE === 'pgvector')
    ran.push(...(await migrate(owner, join(MIGRATIONS, 'pgvector'), 'schema_migrations_pgvector')));
  await setLoginPasswords(owner, [databaseConnection(), workerConnection()]);
  if (process.env.SECRETS_PREFIX) await publishServiceKeys(process.env.SECRETS_PREFIX);
  log.info('migrated', { ran });
  return { ran };
}

async function rotate(): Promise<Rotated> {
  await loadConfig();
  const rotated = await rotateLogins(process.env.SECRETS_PREFIX ?? '');
  log.info('rotated', { rotated });
  return { rotated };
}
