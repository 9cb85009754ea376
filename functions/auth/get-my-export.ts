import { z } from 'zod';
import { downloadExpiry, exportUrl } from '#shared/aws/storage.ts';
import { AppError, notFound } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import { asUser } from '#shared/db/scope.ts';
import * as transfers from '#shared/db/transfers.ts';
import { accepted, defineRoute, Id, ok, redirect, Timestamp } from '#shared/http/route.ts';

const Progress = z.object({
  id: Id,
  status: z.enum(['queued', 'running', 'ready', 'failed']),
  progress: z.number(),
  url: z.url().nullable().meta({ description: 'The file, for five minutes; null until it is ready' }),
  expires_at: Timestamp,
});

export const getMyExport = defineRoute({
  method: 'GET',
  path: '/v1/me/export/{export_id}',
  summary: 'Download the export of my data',
  description:
    'Redirects to the ZIP file; until it is ready, 202 with the progress. With `Accept: application/json` the link is in the response instead.',
  tag: 'auth',
  access: 'user',
  response: { 200: Progress, 202: Progress, 302: null },
  errors: ['not_found', 'conflict', 'forbidden'],
  async run({ principal, params, request }) {
    const row = await transfers.find({ userId: principal.userId }, 'person_export', params.export_id);
    const { onlyTeamId = null } = principal;
    if (!row || (onlyTeamId && row.only_team_id !== onlyTeamId)) throw notFound('export');
    if (row.status === 'failed') throw new AppError('conflict', row.error ?? 'The export failed.');
    const [file] = row.files;
    const isReady = row.status === 'ready' && file;
    const url = isReady ? await exportUrl(file.key, 'my-data.zip', downloadExpiry()) : null;
    if (url) await recordDownload(principal.userId, row.id);
    const { id, status, progress, expires_at } = row;
    const body = { id, status, progress, url, expires_at };
    if (!url) return { ...accepted(body), headers: { 'Retry-After': '1' } };
    return /\bapplication\/json\b/i.test(request.header('accept') ?? '') ? ok(body) : redirect(url);
  },
});

async function recordDownload(userId: string, exportId: string): Promise<void> {
  const entry = { actor: { userId, keyId: null }, action: 'export.downloaded', targetId: exportId };
  await asUser(userId, (db) => auditLog.append(null, entry, db));
}
