import { createHash } from 'node:crypto';
import { documentKey } from '#shared/aws/document-keys.ts';
import { deleteObject, getObject } from '#shared/aws/storage.ts';
import { AppError } from '#shared/core/errors.ts';
import type { DocumentRow } from '#shared/db/documents.ts';
import * as documents from '#shared/db/documents.ts';
import type { Attempt, Step } from '#shared/db/ingestion.ts';
import * as ingestion from '#shared/db/ingestion.ts';
import type { Db } from '#shared/db/scope.ts';
import { log } from '#shared/observability/log.ts';
import { measureIngestion, measureIngestionFailure } from '#shared/observability/metrics.ts';
import { DocumentError } from '#shared/parsing/document.ts';
import { embedderInfo } from '#shared/retrieval/embedder-client.ts';
import { titleOfFilename } from '#shared/text/passage-terms.ts';
import { discardAttempt, indexChunks } from './index-chunks.ts';
import { LostDocument } from './lost-document.ts';
import { followMove } from './move-vectors.ts';
import { readFile } from './read-file.ts';

type Job = Attempt & { teamId: string; document: ingestion.ClaimedDocument; model: string | null };

export type IngestOptions = {
  /**
   * When a dependency is down: `retry` releases the document and throws, so that the message is delivered again;
   * `fail` is for the last delivery and marks the document as failed.
   */
  onFault: 'retry' | 'fail';
  /** When the document was uploaded; null when that is unknown, and then no duration is measured. */
  since: Date | null;
};

/**
 * Ingests one document: download → sniff → parse → chunk → embed → index → ready. It may be called any number of
 * times for the same message: every transition is compare-and-set on (status, generation).
 * @throws AppError when a dependency is down and the message should be delivered again
 */
export async function ingestDocument(
  teamId: string,
  documentId: string,
  { onFault, since }: IngestOptions,
): Promise<void> {
  const document = await ingestion.claim(teamId, documentId);
  if (!document) return await removeOrphan(teamId, documentId);
  const job: Job = { teamId, documentId, generation: document.generation, document, model: null };
  try {
    await runSteps(job);
    if (since) measureIngestion(Math.max(0, Date.now() - since.getTime()));
  } catch (error) {
    await endAttempt(job, error, onFault);
  }
}

/** An upload form works until it expires, even after its document was deleted. Such a file has no other remover. */
async function removeOrphan(teamId: string, documentId: string): Promise<void> {
  if (!(await documents.find(teamId, documentId))) await deleteObject(documentKey(teamId, documentId));
}

async function runSteps(job: Job): Promise<void> {
  const { teamId, document } = job;
  const bytes = await download(job);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await refuseDuplicate(job, sha256);
  await advance(job, { status: 'parsing', progress: 0.05, sha256 });
  const onParsed = ({ pages }: { pages: number | null }) =>
    advance(job, { status: 'chunking', progress: 0.2, pages });
  const { title, chunks } = await readFile(job, bytes, onParsed);
  const { identity: model } = await embedderInfo();
  job.model = model;
  await advance(job, { status: 'embedding', progress: 0.25, model });
  const progress = (step: Step) => advance(job, step);
  const onActivated = (current: DocumentRow, db: Db) => removeReplaced(teamId, current, db);
  const { collection_id: collectionId } = document;
  // A title from the file's name is none of the file's: it follows the name when that changes.
  const fileTitle = title === titleOfFilename(document.filename) ? null : title;
  const work = { ...job, collectionId, fileTitle, chunks, model, progress, onActivated };
  if (!(await indexChunks(work))) throw new LostDocument();
  await followMove(teamId, work);
}

async function download(job: Job): Promise<Uint8Array> {
  const bytes = await getObject(job.document.object_key);
  if (!bytes) throw new DocumentError('empty_document', 'The file never arrived; upload it again.');
  if (bytes.length === 0)
    throw new DocumentError('empty_document', 'The file is empty; upload one with content.');
  return bytes;
}

/** @throws DocumentError `duplicate_document` with `on_duplicate: skip`, when a ready document has the same bytes */
async function refuseDuplicate({ teamId, document }: Job, sha256: string): Promise<void> {
  if (document.on_duplicate !== 'skip') return;
  const older = await ingestion.listDuplicates(teamId, document, sha256);
  const same = older.find(({ same_bytes, active }) => same_bytes && active);
  if (!same) return;
  throw new DocumentError(
    'duplicate_document',
    `Skipped: the same file is here already as document ${same.id}.`,
  );
}

/** With `on_duplicate: replace`, deletes the documents it replaces in the transaction that makes it readable. */
async function removeReplaced(teamId: string, document: DocumentRow, db: Db): Promise<void> {
  if (document.on_duplicate !== 'replace') return;
  const older = await ingestion.listDuplicates(teamId, document, document.sha256 ?? '', db);
  await documents.tombstone(
    teamId,
    older.map(({ id }) => id),
    db,
  );
}

async function advance({ teamId, documentId, generation }: Job, step: Step): Promise<void> {
  if (!(await ingestion.advance(teamId, { documentId, generation }, step))) throw new LostDocument();
}

/** Ends a failed attempt: removes what it wrote, then marks the document as failed or releases it. */
async function endAttempt(job: Job, error: unknown, onFault: IngestOptions['onFault']): Promise<void> {
  const { teamId, document } = job;
  await discardAttempt(job).catch((cause: unknown) => {
    log.warn('What a failed attempt wrote could not be removed', {
      document_id: document.id,
      team_id: teamId,
      error: cause as Error,
    });
  });
  if (error instanceof LostDocument) return;
  if (error instanceof DocumentError) {
    const { code, message, retryable } = error;
    await ingestion.fail(teamId, job, { code, message, retryable });
    measureIngestionFailure(code);
    return;
  }
  log.error('Ingestion failed', { document_id: document.id, team_id: teamId, error: error as Error });
  if (onFault === 'fail') {
    const message =
      error instanceof AppError ? error.message : 'Ingestion failed on our side; retry the document.';
    await ingestion.fail(teamId, job, { code: 'ingestion_failed', message, retryable: true });
    measureIngestionFailure('ingestion_failed');
    return;
  }
  await ingestion.release(teamId, job);
  throw error;
}
