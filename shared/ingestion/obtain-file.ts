import { originalKey } from '#shared/aws/document-keys.ts';
import { deleteObject, getObject, putObject } from '#shared/aws/storage.ts';
import { section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import type { DocumentRow } from '#shared/db/documents.ts';
import * as documents from '#shared/db/documents.ts';
import type { Attempt } from '#shared/db/ingestion.ts';
import * as ingestion from '#shared/db/ingestion.ts';
import { DocumentError } from '#shared/parsing/document.ts';
import { formatOf, SUPPORTED_NAMES } from '#shared/parsing/formats.ts';
import { fetchPublicUrl } from './fetch-public-url.ts';

const storageConfig = section('storage');

type Job = Attempt & { teamId: string; document: DocumentRow };
export type Obtained = { bytes: Uint8Array; document: DocumentRow };

/**
 * The bytes of a document and its row. At the first attempt the bytes come from a web page or from the key that a form
 * writes to, and are kept under a key that no form can write to: what is indexed and what is downloaded stay the same,
 * though the form works on until it expires.
 * @returns null when the attempt lost its document meanwhile
 * @throws DocumentError `url_unreachable`, `unsupported_type`, `document_too_large` or `empty_document`
 */
export async function obtainFile(job: Job): Promise<Obtained | null> {
  const { teamId, documentId, document } = job;
  if (document.fetch_url !== null) return await fetchFile(job, document.fetch_url);
  const bytes = await getObject(document.object_key);
  if (!bytes) throw new DocumentError('empty_document', 'The file never arrived; upload it again.');
  if (bytes.length === 0)
    throw new DocumentError('empty_document', 'The file is empty; upload one with content.');
  const key = originalKey(teamId, documentId);
  if (document.object_key === key) return { bytes, document };
  const kept = await keep(job, { bytes, contentType: document.content_type });
  if (kept) await deleteObject(document.object_key);
  return kept && { bytes, document: kept };
}

async function fetchFile(job: Job, url: string): Promise<Obtained | null> {
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
  const kept = await keep(job, { bytes, contentType, filename });
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

type File = { bytes: Uint8Array; contentType: string; filename?: string };

async function keep(
  { teamId, documentId, generation }: Job,
  { bytes, contentType, filename }: File,
): Promise<DocumentRow | null> {
  const key = originalKey(teamId, documentId);
  await putObject(key, bytes, contentType);
  const page = filename !== undefined && { filename, content_type: contentType, size_bytes: bytes.length };
  const kept = await ingestion.keepFile(teamId, { documentId, generation }, { object_key: key, ...page });
  // Its deletion may have looked for the object before it was there.
  if (!kept && !(await documents.find(teamId, documentId))) await deleteObject(key);
  return kept;
}
