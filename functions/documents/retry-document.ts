import { enqueueIngestion } from '#shared/aws/queue.ts';
import { AppError, notFound } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as documents from '#shared/db/documents.ts';
import { inTeam } from '#shared/db/scope.ts';
import { accepted, defineRoute } from '#shared/http/route.ts';
import { Document, renderDocument } from './schemas.ts';

export const retryDocument = defineRoute({
  method: 'POST',
  path: '/v1/teams/{team_id}/documents/{document_id}/retry',
  summary: 'Ingest a failed document again',
  tag: 'documents',
  access: { role: 'member', scope: 'documents:write' },
  response: { 202: Document },
  errors: ['not_found', 'conflict'],
  async run({ principal, params }) {
    const { teamId } = principal;
    const row = await inTeam(teamId, async (db) => {
      const requeued = await documents.requeue(teamId, params.document_id, db);
      if (requeued)
        await auditLog.append(
          teamId,
          { actor: principal, action: 'document.retried', targetId: requeued.id },
          db,
        );
      return requeued;
    });
    if (!row) {
      if (!(await documents.find(teamId, params.document_id))) throw notFound('document');
      throw new AppError(
        'conflict',
        'Only a failed document can be retried, and none whose file held malware.',
      );
    }
    await enqueueIngestion({ teamId, documentId: row.id });
    return accepted(renderDocument(row));
  },
});
