import { v7 as uuidv7 } from 'uuid';
import { documentKey } from '#shared/aws/document-keys.ts';
import { AppError } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as collections from '#shared/db/collections.ts';
import type { DocumentRow, OnDuplicate } from '#shared/db/documents.ts';
import * as documents from '#shared/db/documents.ts';
import type { TeamPrincipal } from '#shared/http/route.ts';
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
};

/**
 * Inserts a document before its bytes are uploaded.
 * @throws AppError `unsupported_media_type`, or `validation_failed` for a collection that is not the team's
 */
export async function registerDocument(
  principal: TeamPrincipal,
  document: NewDocument,
): Promise<DocumentRow> {
  const { teamId, userId } = principal;
  assertSupported(document.content_type);
  const { collection_id: wanted } = document;
  const collection = await (wanted ? collections.find(teamId, wanted) : collections.findDefault(teamId));
  if (!collection) throw noSuchCollection();
  const id = uuidv7();
  const { filename, on_duplicate, source_url } = document;
  const after = { filename, collection_id: collection.id, on_duplicate, ...(source_url && { source_url }) };
  const entry = { actor: principal, action: 'document.created', targetId: id, after };
  return await auditLog.recorded(teamId, entry, (db) =>
    documents.insert(
      teamId,
      {
        ...document,
        id,
        collection_id: collection.id,
        object_key: documentKey(teamId, id),
        created_by: userId,
        status: 'pending_upload',
      },
      db,
    ),
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
