import { createHash } from 'node:crypto';
import { enqueueIngestion } from '#shared/aws/queue.ts';
import { AppError } from '#shared/core/errors.ts';
import type { DocumentRow } from '#shared/db/documents.ts';
import type { Attempt, Step } from '#shared/db/ingestion.ts';
import * as ingestion from '#shared/db/ingestion.ts';
import * as scans from '#shared/db/scans.ts';
import type { Db } from '#shared/db/scope.ts';
import { log } from '#shared/observability/log.ts';
import { measureIngestion, measureIngestionFailure } from '#shared/observability/metrics.ts';
import { DocumentError } from '#shared/parsing/document.ts';
import { embedderInfo } from '#shared/retrieval/embedder-client.ts';
import { titleOfFilename } from '#shared/text/passage-terms.ts';
import { discardAttempt, indexChunks } from './index-chunks.ts';
import { LostDocument } from './lost-document.ts';
import { followMove } from './move-vectors.ts';
import { obtainFile } from './obtain-file.ts';
import { readFile } from './read-file.ts';
import { replaceOlder, requireReplaceable } from './replace-documents.ts';
import { AwaitsScan } from './scans.ts';

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

/** Attempts that may fail because something else is down, before the document fails. */
const MAX_FAULTS = 3;

/**
 * Ingests one document, if it waits for that: may be called any number of times for the same message.
 * @throws AppError as `ingestClaimed`
 */
export async function ingestDocument(
  teamId: string,
  documentId: string,
  options: IngestOptions,
): Promise<void> {
  const document = await ingestion.claim(teamId, documentId);
  if (document) await ingestClaimed(teamId, document, options);
}

/**
 * Ingests a claimed document: obtain → sniff → parse → chunk → embed → index → ready. Every transition is
 * compare-and-set on (status, generation).
 * @throws AppError when a dependency is down and a message should be delivered again
 */
export async function ingestClaimed(
  teamId: string,
  document: ingestion.ClaimedDocument,
  { onFault, since }: IngestOptions,
): Promise<void> {
  const { id: documentId, generation } = document;
  const job: Job = { teamId, documentId, generation, document, model: null };
  try {
    await runSteps(job);
    if (since) measureIngestion(Math.max(0, Date.now() - since.getTime()));
  } catch (error) {
    await endAttempt(job, error, document.faults + 1 >= MAX_FAULTS ? 'fail' : onFault);
  }
}

async function runSteps(job: Job): Promise<void> {
  const { teamId } = job;
  const obtained = await obtainFile(job);
  if (!obtained) throw new LostDocument();
  const { bytes, document } = obtained;
  job.document = { ...job.document, ...document };
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
  const onActivated = (current: DocumentRow, db: Db) => replaceOlder(teamId, current, db);
  const { collection_id: collectionId } = document;
  // A title from the file's name is none of the file's: it follows the name when that changes.
  const fileTitle = title === titleOfFilename(document.filename) ? null : title;
  const work = { ...job, collectionId, fileTitle, chunks, model, progress, onActivated };
  if (!(await indexChunks(work))) throw new LostDocument();
  await followMove(teamId, work);
}

/**
 * @throws DocumentError `duplicate_document` with `on_duplicate: skip`, when a ready document has the same bytes;
 *   `replace_forbidden` with `replace`, before the work is done for nothing
 */
async function refuseDuplicate({ teamId, document }: Job, sha256: string): Promise<void> {
  if (document.on_duplicate === 'replace') await requireReplaceable(teamId, document, { sha256 });
  if (document.on_duplicate !== 'skip') return;
  const older = await ingestion.listDuplicates(teamId, document, sha256);
  const same = older.find(({ same_bytes, active }) => same_bytes && active);
  if (!same) return;
  throw new DocumentError(
    'duplicate_document',
    `Skipped: the same file is here already as document ${same.id}.`,
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
  if (error instanceof AwaitsScan) {
    const isClean = await scans.wait(teamId, job);
    // The scanner may have reported on a fetched page while this attempt still had the document.
    if (isClean && document.fetch_url !== null) await enqueueIngestion({ teamId, documentId: document.id });
    return;
  }
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
