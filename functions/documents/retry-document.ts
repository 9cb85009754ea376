import { enqueueIngestion } from '#shared/aws/queue.ts';
import { AppError, notFound } from '#shared/core/errors.ts';
import * as documents from '#shared/db/documents.ts';
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
  async run({ principal: { teamId }, params }) {
    const row = await documents.requeue(teamId, params.document_id);
    if (!row) {
      if (!(await documents.find(teamId, params.document_id))) throw notFound('document');
      throw new AppError('conflict', 'Only a failed document can be retried.');
    }
    await enqueueIngestion({ teamId, documentId: row.id });
    return accepted(renderDocument(row));
  },
});
