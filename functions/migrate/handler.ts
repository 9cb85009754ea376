import { join } from 'node:path';
import { loadConfig, section } from '#shared/core/config.ts';
import { databaseConnection } from '#shared/db/connection.ts';
import { migrate } from '#shared/db/migrate.ts';
import { log } from '#shared/observability/log.ts';
import { answerDeploy, type DeployEvent, isDeployEvent } from './cloudformation.ts';

const vectorsConfig = section('vectors');

/** Relative to this file, which has the same depth in the source and in the bundle. */
const MIGRATIONS = join(import.meta.dirname, '../../migrations');

type Migrated = { ran: string[] };

/** Runs the migrations at every deploy, before the new functions take traffic. A failure fails the deploy. */
export async function handler(event: DeployEvent | object = {}): Promise<Migrated> {
  if (!isDeployEvent(event)) return await runMigrations();
  return (await answerDeploy(event, runMigrations)) ?? { ran: [] };
}

async function runMigrations(): Promise<Migrated> {
  await loadConfig();
  const connection = databaseConnection();
  const ran = await migrate(connection, MIGRATIONS);
  if (vectorsConfig().VECTOR_STORE === 'pgvector')
    ran.push(...(await migrate(connection, join(MIGRATIONS, 'pgvector'), 'schema_migrations_pgvector')));
  log.info('migrated', { ran });
  return { ran };
}
