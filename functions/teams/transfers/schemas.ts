import { z } from 'zod';
import { downloadExpiry, exportUrl } from '#shared/aws/storage.ts';
import type { TransferRow } from '#shared/db/transfers.ts';
import { Id, Timestamp } from '#shared/http/route.ts';
import type { ImportResult } from '#shared/transfers/import-part.ts';

const Progress = z.number().meta({ description: '0 to 1' });

const FINISHED = {
  error: z.string().nullable(),
  created_at: Timestamp,
  finished_at: Timestamp.nullable(),
  expires_at: Timestamp.meta({ description: 'Then the files are deleted' }),
};

export const TeamExport = z
  .object({
    id: Id,
    status: z.enum(['queued', 'running', 'ready', 'failed']),
    progress: Progress,
    files: z
      .array(z.object({ size_bytes: z.int(), url: z.url() }))
      .meta({ description: 'ZIP files, once all are ready; the links work for five minutes' }),
    ...FINISHED,
  })
  .meta({ id: 'TeamExport' });

export const TeamImport = z
  .object({
    id: Id,
    team_id: Id,
    status: z.enum(['waiting', 'queued', 'running', 'ready', 'failed']).meta({
      description: '`waiting`: for the files',
    }),
    progress: Progress,
    documents: z.int(),
    documents_skipped: z.int(),
    bots: z.int(),
    collections: z.int(),
    conversations: z.int(),
    conversations_skipped: z.int().meta({ description: 'Of other people, and of API keys' }),
    members: z
      .array(z.object({ email: z.string(), role: z.string() }))
      .meta({ description: 'The people of the old team, to be invited' }),
    ...FINISHED,
  })
  .meta({ id: 'TeamImport' });

export async function renderExport(row: TransferRow) {
  const { id, status, progress, error, created_at, finished_at, expires_at } = row;
  const expires = downloadExpiry();
  const files = await Promise.all(
    (status === 'ready' ? row.files : []).map(async ({ key, size_bytes }, part) => {
      return { size_bytes, url: await exportUrl(key, `team-${part + 1}.zip`, expires) };
    }),
  );
  return { id, status, progress, files, error, created_at, finished_at, expires_at };
}

export function renderImport(row: TransferRow) {
  const { id, team_id, status, progress, error, created_at, finished_at, expires_at } = row;
  const { own_ids: _own, ...result } = row.result as Partial<ImportResult>;
  const counts = { documents: 0, documents_skipped: 0, bots: 0, collections: 0 };
  const people = { conversations: 0, conversations_skipped: 0, members: [] };
  const times = { error, created_at, finished_at, expires_at };
  return { id, team_id, status, progress, ...counts, ...people, ...result, ...times };
}
