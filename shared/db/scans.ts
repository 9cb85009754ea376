import type { DocumentRow } from './documents.ts';
import { DOCUMENT_COLUMNS } from './documents.ts';
import { type Db, inTeam, teamRows } from './scope.ts';
import * as deliveries from './webhook-deliveries.ts';

/** Records that the object with this ETag holds no malware. @returns false when the document waits for no scan */
export async function recordClean(teamId: string, documentId: string, etag: string): Promise<boolean> {
  const rows = await teamRows(
    teamId,
    `UPDATE documents SET scanned_etag = $3 WHERE team_id = $1 AND id = $2 AND scan_pending
       AND status <> 'deleting' RETURNING id`,
    { values: [teamId, documentId, etag] },
  );
  return rows.length > 0;
}

/** Records that the file that an attempt reads was found clean, or that files are no longer scanned. */
export async function pass(teamId: string, documentId: string): Promise<void> {
  await teamRows(teamId, 'UPDATE documents SET scan_pending = false WHERE team_id = $1 AND id = $2', {
    values: [teamId, documentId],
  });
}

/**
 * Lets a document wait for its scan. That is no fault: it may take as long as it takes.
 * @returns whether its file was found clean meanwhile, so that it need not wait
 */
export async function wait(
  teamId: string,
  { documentId, generation }: { documentId: string; generation: number },
): Promise<boolean> {
  const rows = await teamRows<{ scanned: boolean }>(
    teamId,
    `UPDATE documents SET status = 'uploaded', progress = 0, lease_expires_at = NULL, updated_at = now()
     WHERE team_id = $1 AND id = $2 AND generation = $3 AND status IN ('parsing', 'chunking', 'embedding', 'indexing')
     RETURNING scanned_etag IS NOT NULL AS scanned`,
    { values: [teamId, documentId, generation] },
  );
  return rows[0]?.scanned ?? false;
}

type Finding = { code: 'malware_found' | 'malware_scan_failed'; message: string };

/**
 * Ends a document whose file must not be used, in whatever state it is: search finds it no more, and an attempt that is
 * under way loses it. `onFail` runs in the same transaction.
 * @returns null when the document's file is another object, or the document is being deleted
 */
export async function condemn(
  teamId: string,
  { documentId, objectKey, finding }: { documentId: string; objectKey: string; finding: Finding },
  onFail: (document: DocumentRow, db: Db) => Promise<void>,
): Promise<DocumentRow | null> {
  return await inTeam(teamId, async (db) => {
    const { rows } = await db.query<DocumentRow>(
      `UPDATE documents SET status = 'failed', active_generation = NULL, generation = generation + 1,
         lease_expires_at = NULL, error_code = $4, error_message = $5, error_retryable = false, updated_at = now()
       WHERE team_id = $1 AND id = $2 AND object_key = $3 AND status <> 'deleting'
         AND ($4 = 'malware_found' OR scan_pending) RETURNING ${DOCUMENT_COLUMNS}`,
      [teamId, documentId, objectKey, finding.code, finding.message],
    );
    const [document] = rows;
    if (!document) return null;
    const error = { code: finding.code, retryable: false };
    await deliveries.queue(
      teamId,
      { event: 'document.failed', data: { document_id: documentId, error } },
      db,
    );
    await onFail(document, db);
    return document;
  });
}
