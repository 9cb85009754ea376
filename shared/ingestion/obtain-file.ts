import { originalKey } from '#shared/aws/document-keys.ts';
import { deleteObject, putObject, readObject } from '#shared/aws/storage.ts';
import { section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import type { DocumentRow } from '#shared/db/documents.ts';
import * as documents from '#shared/db/documents.ts';
import type { Attempt } from '#shared/db/ingestion.ts';
import * as ingestion from '#shared/db/ingestion.ts';
import * as scans from '#shared/db/scans.ts';
import { DocumentError } from '#shared/parsing/document.ts';
import { formatOf, SUPPORTED_NAMES } from '#shared/parsing/formats.ts';
import { fetchPublicUrl } from './fetch-public-url.ts';
import { requireScanned } from './scans.ts';

const storageConfig = section('storage');

type Job = Attempt & { teamId: string; document: DocumentRow };
export type Obtained = { bytes: Uint8Array; document: DocumentRow };

/**
 * The bytes of a document and its row. At the first attempt the bytes come from a web page or from the key that a form
 * writes to, and are kept under a key that no form can write to: what is indexed and what is downloaded stay the same,
 * though the form works on until it expires.
 * @returns null when the attempt lost its document meanwhile
 * @throws AwaitsScan until the file was found clean, where files are scanned
 * @throws DocumentError `url_unreachable`, `unsupported_type`, `document_too_large` or `empty_document`
 */
export async function obtainFile(job: Job): Promise<Obtained | null> {
  const { teamId, documentId, document } = job;
  if (document.fetch_url !== null) return await fetchFile(job, document.fetch_url);
  const object = await readObject(document.object_key);
  if (!object) throw new DocumentError('empty_document', 'The file never arrived; upload it again.');
  const { bytes, etag } = object;
  requireScanned(document, etag);
  if (bytes.length === 0)
    throw new DocumentError('empty_document', 'The file is empty; upload one with content.');
  const key = originalKey(teamId, documentId);
  if (document.object_key === key) {
    if (document.scan_pending) await scans.pass(teamId, documentId);
    return { bytes, document };
  }
  const kept = await keep(job, { bytes, contentType: document.content_type, scanPending: false });
  if (kept) await deleteObject(document.object_key);
  return kept && { bytes, document: kept };
}

async function fetchFile(job: Job, url: string): Promise<Obtained | null> {
  const { document } = job;
  const { bytes, contentType, filename } = await fetchPublicUrl(url, storageConfig().MAX_UPLOAD_BYTES).catch(
    (error: unknown) => {
      throw toDocumentError(error);
    },
  );
  if (!formatOf(contentType)) {
    const type = contentType.slice(0, 100) || 'unknown';
    const message = `The page is of the type ${type}, which cannot be read. Supported: ${SUPPORTED_NAMES}.`;
    throw new DocumentError('unsupported_type', message);
  }
  const kept = await keep(job, { bytes, contentType, filename, scanPending: document.scan_pending });
  // A page is scanned where it is kept; the scanner's message begins the next attempt.
  if (kept) requireScanned(kept, '');
  return kept && { bytes, document: kept };
}

function toDocumentError(error: unknown): unknown {
  if (!(error instanceof AppError)) return error;
  if (error.code === 'unknown_url')
    return new DocumentError('url_unreachable', error.message, { cause: error });
  if (error.code === 'payload_too_large')
    return new DocumentError('document_too_large', error.message, { cause: error });
  return error;
}

type File = { bytes: Uint8Array; contentType: string; filename?: string; scanPending: boolean };

async function keep(
  { teamId, documentId, generation }: Job,
  { bytes, contentType, filename, scanPending }: File,
): Promise<DocumentRow | null> {
  const key = originalKey(teamId, documentId);
  await putObject(key, bytes, contentType);
  const page = filename !== undefined && { filename, content_type: contentType, size_bytes: bytes.length };
  const kept = await ingestion.keepFile(
    teamId,
    { documentId, generation },
    {
      object_key: key,
      scan_pending: scanPending,
      ...page,
    },
  );
  // Its deletion may have looked for the object before it was there.
  if (!kept && !(await documents.find(teamId, documentId))) await deleteObject(key);
  return kept;
}
