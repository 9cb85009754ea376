import { z } from 'zod';
import { downloadExpiry, downloadUrl } from '#shared/aws/storage.ts';
import { AppError, notFound } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import type { DocumentRow } from '#shared/db/documents.ts';
import * as documents from '#shared/db/documents.ts';
import { inTeam } from '#shared/db/scope.ts';
import { defineRoute, ok, redirect, Timestamp } from '#shared/http/route.ts';
import { needsScan } from '#shared/ingestion/scans.ts';
import { formatOf } from '#shared/parsing/formats.ts';

/** Formats that a browser shows without running anything in them; HTML could sign its reader in to a false page. */
const SHOWN = ['pdf', 'text', 'markdown', 'csv', 'json'];

export const downloadDocument = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/documents/{document_id}/download',
  summary: 'Download the original file',
  description:
    'Redirects to a link that is valid for five minutes, or returns it with `Accept: application/json`. `inline` lets a browser show PDF and plain text; other formats are always attachments.',
  tag: 'documents',
  access: { role: 'viewer', scope: 'documents:read' },
  query: z.object({ disposition: z.enum(['inline', 'attachment']).default('attachment') }),
  response: { 200: z.object({ url: z.url(), expires_at: Timestamp }), 302: null },
  errors: ['not_found', 'not_ready'],
  async run({ principal, params, query, request }) {
    const document = await documents.find(principal.teamId, params.document_id);
    if (!document) throw notFound('document');
    if (document.status === 'pending_upload')
      throw new AppError('not_ready', 'The file has not been uploaded yet.');
    requireHarmless(document);
    const after = { filename: document.filename, disposition: query.disposition };
    const entry = { actor: principal, action: 'document.downloaded', targetId: document.id, after };
    await inTeam(principal.teamId, (db) => auditLog.append(principal.teamId, entry, db));
    const expires = downloadExpiry();
    const inline = query.disposition === 'inline' && SHOWN.includes(formatOf(document.content_type) ?? '');
    const url = await downloadUrl(document.object_key, document.filename, { inline, expires });
    return wantsJson(request.header('accept')) ? ok({ url, expires_at: expires }) : redirect(url);
  },
});

/** @throws AppError `not_ready` for a file in which malware was found, or that nobody has scanned yet */
function requireHarmless(document: DocumentRow): void {
  if (document.error_code === 'malware_found')
    throw new AppError('not_ready', 'The file held malware and was removed.');
  if (needsScan() && document.scan_pending)
    throw new AppError('not_ready', 'The file has not been found free of malware yet.');
}

function wantsJson(accept: string | undefined): boolean {
  return /\bapplication\/json\b/i.test(accept ?? '');
}
