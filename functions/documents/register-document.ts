import { v7 as uuidv7 } from 'uuid';
import { documentKey } from '#shared/aws/document-keys.ts';
import { AppError } from '#shared/core/errors.ts';
import { atLeast } from '#shared/core/roles.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as collections from '#shared/db/collections.ts';
import type { DocumentRow, OnDuplicate } from '#shared/db/documents.ts';
import * as documents from '#shared/db/documents.ts';
import * as ingestion from '#shared/db/ingestion.ts';
import type { TeamPrincipal } from '#shared/http/route.ts';
import { needsScan } from '#shared/ingestion/scans.ts';
import { formatOf, SUPPORTED_TYPES } from '#shared/parsing/formats.ts';

type NewDocument = {
  filename: string;
  content_type: string;
  size_bytes: number;
  collection_id?: string | undefined;
  on_duplicate: OnDuplicate;
  metadata: Record<string, unknown>;
  title?: string;
  source_url?: string;
  fetch_url?: string;
};

/** Where the file of a new document is: a form will bring it, it is stored already, or a worker is to fetch it. */
type Placed = Pick<DocumentRow, 'object_key' | 'status'> & { id: string };

/**
 * Inserts a document, before its bytes are uploaded unless `placed` says where they are.
 * @throws AppError `unsupported_media_type`, `validation_failed` for a collection that is not the team's, or
 *   `insufficient_role` when it would replace a document of the same name that the caller may not delete
 */
export async function registerDocument(
  principal: TeamPrincipal,
  document: NewDocument,
  placed?: Placed,
): Promise<DocumentRow> {
  const { teamId, userId, keyId } = principal;
  assertSupported(document.content_type);
  const { collection_id: wanted } = document;
  const collection = await (wanted ? collections.find(teamId, wanted) : collections.findDefault(teamId));
  if (!collection) throw noSuchCollection();
  if (document.on_duplicate === 'replace') await requireReplaceByName(principal, document, collection.id);
  const id = uuidv7();
  const byForm = { id, object_key: documentKey(teamId, id), status: 'pending_upload' } as const;
  const row = {
    ...document,
    ...(placed ?? byForm),
    collection_id: collection.id,
    created_by: userId,
    created_by_key: keyId,
    scan_pending: needsScan(),
  };
  const { filename, on_duplicate, source_url } = document;
  const after = { filename, collection_id: collection.id, on_duplicate, ...(source_url && { source_url }) };
  const entry = { actor: principal, action: 'document.created', targetId: row.id, after };
  return await auditLog.recorded(teamId, entry, (db) => documents.insert(teamId, row, db));
}

/** Only the name is known yet: the ingestion judges what has the same bytes, and judges the name again. */
async function requireReplaceByName(
  { teamId, userId, role }: TeamPrincipal,
  { filename }: NewDocument,
  collectionId: string,
): Promise<void> {
  if (atLeast(role, 'admin')) return;
  if (!(await ingestion.hasNameOfOthers(teamId, { collectionId, filename, userId }))) return;
  throw new AppError(
    'insufficient_role',
    'Members may replace only their own documents; ask an admin, or use another name.',
  );
}

/** The error for a `collection_id` that is not the team's. */
export function noSuchCollection(): AppError {
  return new AppError('validation_failed', 'No such collection.', {
    fields: [{ path: 'collection_id', message: 'no such collection' }],
  });
}

/** @throws AppError `unsupported_media_type`, with the supported types */
export function assertSupported(contentType: string): void {
  if (formatOf(contentType)) return;
  const supported = Object.keys(SUPPORTED_TYPES).join(', ');
  throw new AppError(
    'unsupported_media_type',
    `Documents of type ${contentType} cannot be read; supported: ${supported}.`,
  );
}
