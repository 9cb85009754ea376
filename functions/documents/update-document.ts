import { z } from 'zod';
import { notFound } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as collections from '#shared/db/collections.ts';
import type { DocumentChanges, DocumentRow } from '#shared/db/documents.ts';
import * as documents from '#shared/db/documents.ts';
import { inTeam } from '#shared/db/scope.ts';
import { changes, defineRoute, Id, ok } from '#shared/http/route.ts';
import { reindexWords } from '#shared/ingestion/index-words.ts';
import { moveVectors } from '#shared/ingestion/move-vectors.ts';
import { DIRECTION } from '#shared/parsing/file-name.ts';
import { titleOfFilename } from '#shared/text/passage-terms.ts';
import { noSuchCollection } from './register-document.ts';
import { requireRight } from './require-right.ts';
import { Document, FileName, Metadata, renderDocument } from './schemas.ts';

const Changes = z.object({
  filename: FileName,
  title: z
    .string()
    .trim()
    .min(1)
    .max(255)
    .regex(/^\P{Cc}+$/u, 'must not contain control characters')
    .refine((title) => !DIRECTION.test(title), 'must not contain characters that turn the direction of text'),
  metadata: Metadata.meta({ description: 'Replaces all of the metadata' }),
  collection_id: Id,
  enabled: z.boolean().meta({ description: 'false: no search finds the document, from this moment on' }),
});

export const updateDocument = defineRoute({
  method: 'PATCH',
  path: '/v1/teams/{team_id}/documents/{document_id}',
  summary: 'Rename, move, describe or switch off a document',
  description:
    'Fields that are not sent keep their values. Nothing is embedded anew. A title that is the file name without its ending follows a new file name.',
  tag: 'documents',
  access: { role: 'member', scope: 'documents:write' },
  body: changes(Changes),
  response: { 200: Document },
  errors: ['not_found', 'insufficient_role', 'dependency_unavailable'],
  async run({ principal, params, body }) {
    const { teamId } = principal;
    const row = await inTeam(teamId, async (db) => {
      const present = await documents.find(teamId, params.document_id, db);
      if (!present) throw notFound('document');
      requireRight(principal, present, 'change');
      if (body.collection_id && !(await collections.find(teamId, body.collection_id, db)))
        throw noSuchCollection();
      const saved = await documents.update(teamId, present.id, { changes: withTitle(body, present), db });
      if (!saved) throw notFound('document');
      const values = { before: auditLog.pick(present, body), after: auditLog.pick(saved, body) };
      await auditLog.append(
        teamId,
        { actor: principal, action: 'document.updated', targetId: saved.id, ...values },
        db,
      );
      return saved;
    });
    // Also when the collection is the same as before: this repairs a move that did not reach the vector store.
    if (body.collection_id) await moveVectors(teamId, row.id);
    // The words of title and file name find each passage.
    if (body.title !== undefined || body.filename !== undefined) await reindexWords(teamId, row.id);
    return ok(renderDocument(row));
  },
});

/** The changes, with a new title where the present one only repeats the file name that changes. */
function withTitle(body: DocumentChanges, { title, filename }: DocumentRow): DocumentChanges {
  const follows =
    body.filename !== undefined && body.title === undefined && title === titleOfFilename(filename);
  return follows ? { ...body, title: titleOfFilename(body.filename ?? '') } : body;
}
