import { enqueueTransfer } from '#shared/aws/queue.ts';
import { getObject, objectExists, putObject } from '#shared/aws/storage.ts';
import { transferKey } from '#shared/aws/transfer-keys.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as exportedRows from '#shared/db/exported-rows.ts';
import { inTeam } from '#shared/db/scope.ts';
import type { TransferFile, TransferRow, TransferScope } from '#shared/db/transfers.ts';
import * as transfers from '#shared/db/transfers.ts';
import * as users from '#shared/db/users.ts';
import { log } from '#shared/observability/log.ts';
import { exportPerson } from './export-person.ts';
import { EMPTY_RESULT, type ImportResult, importPart } from './import-part.ts';
import { type Position, readBatch } from './team-entries.ts';
import { TransferError } from './transfer-error.ts';
import { ZipPart } from './zip-part.ts';

/** Of a file that an import accepts; those of our exports are smaller. */
export const MAX_PART_BYTES = 128 * 1_048_576;
const MAX_ATTEMPTS = 5;

/**
 * Does one step of a transfer: writes or reads one file. Then the next step is queued, so that no step outlasts a
 * function. It may be called any number of times for the same message.
 * @throws Error when the step failed and should be tried again
 */
export async function runTransfer(scope: TransferScope, id: string): Promise<void> {
  const row = await transfers.claim(scope, id);
  if (!row) return;
  try {
    if (row.kind === 'person_export') await runPersonExport(scope, row);
    else if (row.team_id && row.kind === 'team_export') await exportStep(row.team_id, row);
    else if (row.team_id) await importStep(row.team_id, row);
  } catch (error) {
    if (error instanceof TransferError || row.attempts >= MAX_ATTEMPTS) {
      const message =
        error instanceof TransferError ? error.message : 'It failed on our side; start it again.';
      await transfers.saveStep(scope, id, { status: 'failed', error: message });
      log.warn('A transfer failed', { transfer_id: id, error: error as Error });
      return;
    }
    await transfers.saveStep(scope, id, { status: 'queued' });
    throw error;
  }
}

async function runPersonExport(scope: TransferScope, row: TransferRow): Promise<void> {
  const { id, user_id: userId, only_team_id: onlyTeamId } = row;
  const bytes = await exportPerson(userId, onlyTeamId);
  if (!bytes) throw new TransferError('The account is gone.');
  const file = await store(scope, id, { part: 0, bytes });
  await transfers.saveStep(scope, id, { status: 'ready', progress: 1, files: [file] });
}

async function store(
  scope: TransferScope,
  id: string,
  { part, bytes }: { part: number; bytes: Uint8Array },
): Promise<TransferFile> {
  const key = transferKey(scope, { id, part });
  await putObject(key, bytes, 'application/zip');
  return { key, size_bytes: bytes.length };
}

type ExportPosition = Position & { done: number };

/** Writes the next file of a team's export. */
async function exportStep(teamId: string, row: TransferRow): Promise<void> {
  const scope = { teamId };
  const total = Math.max(1, await exportedRows.count(teamId));
  const from = row.position as ExportPosition | null;
  let { done, ...position }: ExportPosition = from ?? { section: 0, after: null, done: 0 };
  let next: Position | null = position;
  const zip = new ZipPart();
  while (next && !zip.isFull) {
    const batch = await readBatch(teamId, next);
    for (const entry of batch.entries) zip.add(entry);
    done += batch.done;
    next = batch.next;
    if (next) position = next;
  }
  const files = [...row.files, await store(scope, row.id, { part: row.files.length, bytes: zip.finish() })];
  const progress = next ? Math.min(0.99, done / total) : 1;
  const status = next ? 'queued' : 'ready';
  await transfers.saveStep(scope, row.id, { status, progress, files, position: { ...position, done } });
  if (next) await enqueueTransfer(scope, row.id);
}

/** Reads the next file of an import, once all of them are uploaded. */
async function importStep(teamId: string, row: TransferRow): Promise<void> {
  const scope = { teamId };
  const part = (row.position as { part: number } | null)?.part ?? 0;
  const user = await users.find(row.user_id);
  if (!user) throw new TransferError('The account is gone.');
  if (part === 0 && !(await areUploaded(row.files))) {
    await transfers.saveStep(scope, row.id, { status: 'waiting' });
    return;
  }
  const bytes = await getObject(row.files[part]?.key ?? '', MAX_PART_BYTES);
  if (!bytes) throw new TransferError(`File ${part + 1} of the export is missing.`);
  const before = { ...EMPTY_RESULT, ...(row.result as Partial<ImportResult>) };
  const result = await importPart({ id: row.id, teamId, user }, bytes, before);
  const isLast = part + 1 >= row.files.length;
  const step = { progress: (part + 1) / row.files.length, position: { part: part + 1 }, result };
  await transfers.saveStep(scope, row.id, { ...step, status: isLast ? 'ready' : 'queued' });
  if (!isLast) await enqueueTransfer(scope, row.id);
  else await recordImport(teamId, row, result);
}

async function areUploaded(files: TransferFile[]): Promise<boolean> {
  for (const { key } of files) if (!(await objectExists(key))) return false;
  return true;
}

async function recordImport(teamId: string, row: TransferRow, result: ImportResult): Promise<void> {
  const { documents, bots, collections, conversations } = result;
  const actor = { userId: row.user_id, keyId: null };
  const after = { documents, bots, collections, conversations };
  const entry = { actor, action: 'team.imported', targetId: teamId, after };
  await inTeam(teamId, (db) => auditLog.append(teamId, entry, db));
}
