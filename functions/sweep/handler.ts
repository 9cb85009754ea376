import type { Context, ScheduledEvent } from 'aws-lambda';
import { loadConfig } from '#shared/config.ts';
import { sweep } from '#shared/ingestion/sweep.ts';
import { log } from '#shared/log.ts';
import { observed } from '#shared/sight/observe.ts';

/**
 * Runs by a schedule, every minute where the database never pauses: re-drives stuck documents, carries out deletions,
 * removes what expired.
 */
export function handler(
  _event: Partial<ScheduledEvent>,
  context: Pick<Context, 'functionName' | 'awsRequestId'>,
): Promise<void> {
  return observed(context, { request_id: context.awsRequestId }, run);
}

async function run(): Promise<void> {
  await loadConfig('database', 'storage', 'queue', 'vectors');
  const done = await sweep();
  if (done.tasks + done.documents > 0) log.info('swept', done);
}
