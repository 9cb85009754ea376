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

const storageConfig = section('storage');

const BATCH = 100;
/** After so many attempts a document is given up on: something about it kills its worker. */
const MAX_GENERATIONS = 5;
/** Nobody died over these: they wait for a worker, perhaps after somebody retried them often. */
const WAITING = ['pending_upload', 'uploaded'];

/** One round of housekeeping; every part goes on when another fails. @returns how much was done */
export async function sweep(): Promise<{ tasks: number; documents: number }> {
  const tasks = await each(await outbox.listDue(BATCH), carryOut);
  const documents = await each(await ingestion.listStale(BATCH), redrive);
  await expiredRows.remove();
  return { tasks, documents };
}

async function each<T extends { id: string }>(
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

/** Removes outside Postgres what is gone inside. */
async function carryOut(task: OutboxTask): Promise<boolean> {
  if (!(await outbox.claim(task))) return false;
  const { document_id: documentId, object_key: key, model, models = [] } = task.payload;
  const teamId = task.team_id;
  if (task.task === 'delete_team') {
    for (const each of models) await vectorStore().drop({ teamId, model: each });
  } else if (documentId && model && !(await hasModelAgain(task))) {
    await vectorStore().remove({ teamId, model }, { documentId });
  }
  if (key) await deleteObject(key);
  await outbox.finish(task);
  return true;
}

/** A document that was given another model's vectors may have gone back to its old one meanwhile. */
async function hasModelAgain({ team_id: teamId, task, payload }: OutboxTask): Promise<boolean> {
  if (task !== 'delete_vectors' || !payload.document_id) return false;
  const document = await documents.find(teamId, payload.document_id);
  return document?.embedding_model === payload.model;
}

/** Sends a document on that nobody works on: its event was lost, or its worker died. */
async function redrive(document: StaleDocument): Promise<boolean> {
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
  await ingestion.touch(teamId, id);
  await enqueueIngestion(document.object_key);
  return true;
}

/** An upload form that ran out unused ends its document, a minute of grace included. */
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
