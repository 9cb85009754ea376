import { notFound } from '#shared/core/errors.ts';
import * as documents from '#shared/db/documents.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { Document, renderDocument } from './schemas.ts';

export const getDocument = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/documents/{document_id}',
  summary: 'Get a document and its ingestion progress',
  tag: 'documents',
  access: { role: 'viewer', scope: 'documents:read' },
  response: { 200: Document },
  errors: ['not_found'],
  async run({ principal, params }) {
    const row = await documents.find(principal.teamId, params.document_id);
    if (!row) throw notFound('document');
    return ok(renderDocument(row));
  },
});
