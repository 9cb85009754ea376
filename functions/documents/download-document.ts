import { downloadUrl } from '#shared/aws/storage.ts';
import { AppError, notFound } from '#shared/core/errors.ts';
import * as documents from '#shared/db/documents.ts';
import { defineRoute, redirect } from '#shared/http/route.ts';

export const downloadDocument = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/documents/{document_id}/download',
  summary: 'Download the original file',
  description: 'Redirects to a link that is valid for five minutes.',
  tag: 'documents',
  access: { role: 'viewer', scope: 'documents:read' },
  response: { 302: null },
  errors: ['not_found', 'not_ready'],
  async run({ principal, params }) {
    const document = await documents.find(principal.teamId, params.document_id);
    if (!document) throw notFound('document');
    if (document.status === 'pending_upload')
      throw new AppError('not_ready', 'The file has not been uploaded yet.');
    return redirect(await downloadUrl(document.object_key, document.filename));
  },
});
