import { enqueueTransfer } from '#shared/aws/queue.ts';
import { deleteObject } from '#shared/aws/storage.ts';
import * as transfers from '#shared/db/transfers.ts';
import { log } from '#shared/observability/log.ts';

/** Queues transfers again whose message was lost, and deletes the files of those that expired. @returns how many */
export async function sweepTransfers(): Promise<number> {
  const stale = await transfers.listStale();
  for (const { id, team_id, user_id } of stale)
    await enqueueTransfer(team_id ? { teamId: team_id } : { userId: user_id }, id);
  const expired = await transfers.listExpired();
  for (const { id, files } of expired) {
    try {
      for (const { key } of files) await deleteObject(key);
      await transfers.remove(id);
    } catch (error) {
      log.warn('The files of a transfer were not deleted and will be tried again', { error: error as Error });
    }
  }
  return stale.length + expired.length;
}
