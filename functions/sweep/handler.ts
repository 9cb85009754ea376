import { loadConfig } from '#shared/config.ts';
import { sweep } from '#shared/ingestion/sweep.ts';
import { log } from '#shared/log.ts';

/** Runs by a schedule, every minute where the database never pauses: re-drives stuck documents, carries out deletions, removes what expired. */
export async function handler(): Promise<void> {
  await loadConfig('database', 'storage', 'queue', 'vectors');
  const done = await sweep();
  if (done.tasks + done.documents > 0) log.info('swept', done);
}
