import { notFound } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as documents from '#shared/db/documents.ts';
import { inTeam } from '#shared/db/scope.ts';
import { defineRoute, noContent } from '#shared/http/route.ts';
import { requireRight } from './require-right.ts';

export const deleteDocument = defineRoute({
  method: 'DELETE',
  path: '/v1/teams/{team_id}/documents/{document_id}',
  summary: 'Delete a document',
  description:
    'The document is excluded from search immediately. Its vectors and its file are deleted in the background.',
  tag: 'documents',
  access: { role: 'member', scope: 'documents:write' },
  response: { 204: null },
  errors: ['not_found', 'insufficient_role', 'legal_hold'],
  async run({ principal, params }) {
    const { teamId } = principal;
    await inTeam(teamId, async (db) => {
      const document = await documents.find(teamId, params.document_id, db);
      if (!document) throw notFound('document');
      requireRight(principal, document, 'delete');
      await documents.tombstone(teamId, [document.id], db);
      const before = { filename: document.filename };
      await auditLog.append(
        teamId,
        { actor: principal, action: 'document.deleted', targetId: document.id, before },
        db,
      );
    });
    return noContent();
  },
});
