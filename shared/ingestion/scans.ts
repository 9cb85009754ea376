import { enqueueScan, type ScanJob } from '#shared/aws/queue.ts';
import { deleteObject } from '#shared/aws/storage.ts';
import { section } from '#shared/core/config.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as companyRules from '#shared/db/company-rules.ts';
import type { DocumentRow } from '#shared/db/documents.ts';
import * as documents from '#shared/db/documents.ts';
import * as scans from '#shared/db/scans.ts';
import { log } from '#shared/observability/log.ts';
import { measureIngestionFailure } from '#shared/observability/metrics.ts';

const storageConfig = section('storage');

/** How often a result waits for a document whose file is there before its row. */
const MAX_TRIES = 3;

/** Thrown in an attempt whose file has not been found clean: the scanner's message begins another one. */
export class AwaitsScan extends Error {}

/** Whether a new document's file has to be scanned before it is read. */
export function needsScan(): boolean {
  return storageConfig().MALWARE_SCAN;
}

type Scanned = Pick<DocumentRow, 'scan_pending' | 'scanned_etag'>;

/** Whether the document's file has to be found clean first: no attempt needs to begin. */
export function awaitsScan({ scan_pending: isPending, scanned_etag: etag }: Scanned): boolean {
  return needsScan() && isPending && etag === null;
}

/** @throws AwaitsScan unless an object with this ETag may be read; a form may have replaced the scanned one */
export function requireScanned(
  { scan_pending: isPending, scanned_etag: scanned }: Scanned,
  etag: string,
): void {
  if (needsScan() && isPending && scanned !== etag) throw new AwaitsScan();
}

/**
 * Takes over what a scanner found. With malware, or unscanned, the document fails and the object is deleted.
 * @returns whether the document's file may be read now
 */
export async function takeScanResult(result: ScanJob): Promise<boolean> {
  const { teamId, documentId, etag, status } = result;
  if (!(await documents.find(teamId, documentId))) {
    if (result.tries < MAX_TRIES) await enqueueScan({ ...result, tries: result.tries + 1 });
    return false;
  }
  if (status === 'NO_THREATS_FOUND') return await scans.recordClean(teamId, documentId, etag);
  const finding = findingOf(result);
  const { key: objectKey } = result;
  const failed = await scans.condemn(teamId, { documentId, objectKey, finding }, async (document, db) => {
    const after = { filename: document.filename, scan: status, threats: result.threats };
    const entry = {
      actor: 'system' as const,
      action: `document.${finding.code}`,
      targetId: documentId,
      after,
    };
    await auditLog.append(teamId, entry, db);
  });
  if (failed) {
    measureIngestionFailure(finding.code);
    log.warn('A file was not let in', { document_id: documentId, team_id: teamId, scan: status });
  }
  if (finding.code === 'malware_found') await removeObject(teamId, objectKey);
  return false;
}

/** On legal hold the object is kept: nothing downloads it, and the bucket refuses it by the scanner's tag. */
async function removeObject(teamId: string, key: string): Promise<void> {
  const { active: isHeld } = await companyRules.findLegalHold(teamId);
  if (!isHeld) await deleteObject(key);
}

function findingOf({ status, threats }: ScanJob) {
  if (status === 'THREATS_FOUND') {
    const names = threats.length > 0 ? ` (${threats.join(', ').slice(0, 200)})` : '';
    const message = `The file holds malware${names}. It was removed; check the device that it came from.`;
    return { code: 'malware_found', message } as const;
  }
  const message = `The file could not be scanned for malware (${status}), so it was not read: it may be protected by a password or too large.`;
  return { code: 'malware_scan_failed', message } as const;
}
