import { enqueueIngestion } from '#shared/aws/queue.ts';
import { log } from '#shared/observability/log.ts';

/** Queues a document whose row says that it waits. Without a queue the sweeper finds it a minute later. */
export async function askForIngestion(document: { teamId: string; documentId: string }): Promise<void> {
  await enqueueIngestion(document).catch((error: unknown) => {
    log.warn('A document was not queued', { document_id: document.documentId, error: error as Error });
  });
}
