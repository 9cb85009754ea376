import { documentKey, originalKey } from '#shared/aws/document-keys.ts';
import { enqueueIngestion } from '#shared/aws/queue.ts';
import { deleteObject, objectExists } from '#shared/aws/storage.ts';
import { section } from '#shared/core/config.ts';
import * as documents from '#shared/db/documents.ts';
import * as expiredRows from '#shared/db/expired-rows.ts';
import type { StaleDocument } from '#shared/db/ingestion.ts';
import * as ingestion from '#shared/db/ingestion.ts';
import type { OutboxTask } from '#shared/db/outbox.ts';
import * as outbox from '#shared/db/outbox.ts';
import { log } from '#shared/observability/log.ts';
import { measureIngestionFailure } from '#shared/observability/metrics.ts';
import { vectorStore } from '#shared/vectors/vector-store.ts';
import { awaitsScan } from './scans.ts';

const storageConfig = section('storage');

const BATCH = 100;
/** A scan takes seconds to minutes. */
const SCAN_SECONDS = 3_600;
/** Attempts after which a document fails: it has probably crashed each worker. */
const MAX_GENERATIONS = 5;
/** In these states no worker has crashed yet, so the limit of attempts does not apply. */
const WAITING = ['pending_upload', 'uploaded'];

/** One round of housekeeping. A task that fails does not stop the others. @returns the number of tasks done */
export async function sweep(): Promise<{ tasks: number; documents: number }> {
  const tasks = await countDone(await outbox.listDue(BATCH), runTask);
  const documents = await countDone(await ingestion.listStale(BATCH), redriveDocument);
  await expiredRows.remove();
  return { tasks, documents };
}

async function countDone<T extends { id: string }>(
  items: T[],
  work: (item: T) => Promise<boolean>,
): Promise<number> {
  let done = 0;
  for (const item of items) {
    try {
      if (await work(item)) done += 1;
    } catch (error) {
      log.warn('A sweep step failed and will be tried again', { id: item.id, error: error as Error });
    }
  }
  return done;
}

/** Deletes from S3 and the vector store what was deleted from PostgreSQL. @returns false when another worker has it */
async function runTask(task: OutboxTask): Promise<boolean> {
  if (!(await outbox.claim(task))) return false;
  const { document_id: documentId, model, models = [] } = task.payload;
  const teamId = task.team_id;
  if (task.task === 'delete_team') {
    for (const name of models) await vectorStore().drop({ teamId, model: name });
  } else if (documentId && model && !(await isCurrentModel(task))) {
    await vectorStore().remove({ teamId, model }, { documentId });
  }
  for (const each of objectsOf(task)) await deleteObject(each);
  await outbox.finish(task);
  return true;
}

/** Where files of a deleted document may be: the one that was read, and one that came by its form. */
function objectsOf({ team_id: teamId, task, payload }: OutboxTask): string[] {
  const { document_id: documentId, object_key: key } = payload;
  const written = task === 'delete_document' && documentId;
  const keys = written ? [documentKey(teamId, documentId), originalKey(teamId, documentId)] : [];
  return [...new Set(key ? [key, ...keys] : keys)];
}

/** Whether the document is back at the model whose vectors the task deletes: they are in use again then. */
async function isCurrentModel({ team_id: teamId, task, payload }: OutboxTask): Promise<boolean> {
  if (task !== 'delete_vectors' || !payload.document_id) return false;
  const document = await documents.find(teamId, payload.document_id);
  return document?.embedding_model === payload.model;
}

/** Queues a document again whose message was lost or whose worker crashed. @returns false when it may still wait */
async function redriveDocument(document: StaleDocument): Promise<boolean> {
  const { team_id: teamId, id, generation } = document;
  const attempt = { documentId: id, generation };
  if (generation >= MAX_GENERATIONS && !WAITING.includes(document.status)) {
    const message = `Ingestion stopped ${generation} times without finishing; retry it, or split the document.`;
    await ingestion.fail(teamId, attempt, { code: 'ingestion_stuck', message, retryable: true });
    measureIngestionFailure('ingestion_stuck');
    return true;
  }
  if (document.status === 'pending_upload' && !(await objectExists(document.object_key))) {
    return await expireUpload(document);
  }
  if (awaitsScan(document) && (await expireScan(document))) return true;
  await ingestion.touch(teamId, id);
  await enqueueIngestion({ teamId, documentId: id });
  return true;
}

/** Fails a document of which the scanner has not said anything for so long. @returns false before that */
async function expireScan({
  team_id: teamId,
  id,
  generation,
  age_seconds: age,
}: StaleDocument): Promise<boolean> {
  if (age < SCAN_SECONDS) return false;
  const message = 'The file was not scanned for malware in time, so it was not read; upload it again.';
  await ingestion.fail(
    teamId,
    { documentId: id, generation },
    { code: 'malware_scan_failed', message, retryable: false },
  );
  measureIngestionFailure('malware_scan_failed');
  return true;
}

/** Fails a document whose upload form expired unused, a minute after its time. @returns false before that */
async function expireUpload({
  team_id: teamId,
  id,
  generation,
  age_seconds: age,
}: StaleDocument): Promise<boolean> {
  if (age < storageConfig().UPLOAD_EXPIRES_SECONDS + 60) return false;
  const message = 'The file was not uploaded in time; create the document again.';
  await ingestion.fail(
    teamId,
    { documentId: id, generation },
    { code: 'upload_expired', message, retryable: false },
  );
  measureIngestionFailure('upload_expired');
  return true;
}
