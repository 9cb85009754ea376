import { atLeast } from '#shared/core/roles.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as companyRules from '#shared/db/company-rules.ts';
import type { DocumentRow } from '#shared/db/documents.ts';
import * as documents from '#shared/db/documents.ts';
import type { Duplicate } from '#shared/db/ingestion.ts';
import * as ingestion from '#shared/db/ingestion.ts';
import type { Db } from '#shared/db/scope.ts';
import { DocumentError } from '#shared/parsing/document.ts';

/**
 * Asserts that who added a document with `on_duplicate: replace` may delete what it replaces: members their own
 * documents, admins any, by their role of this moment.
 * @returns the documents that it replaces
 * @throws DocumentError `replace_forbidden`, or `legal_hold`
 */
export async function requireReplaceable(
  teamId: string,
  document: DocumentRow,
  { sha256, db }: { sha256: string; db?: Db },
): Promise<Duplicate[]> {
  const older = await ingestion.listDuplicates(teamId, document, sha256, db);
  if (older.length === 0) return older;
  const { active: isHeld } = await companyRules.findLegalHold(teamId, db);
  if (isHeld)
    throw new DocumentError('legal_hold', 'The team is on legal hold, so that no document may be replaced.');
  const role = await ingestion.findUploaderRole(teamId, document, db);
  const isOwn = older.every(({ created_by }) => created_by === document.created_by);
  if (role && (atLeast(role, 'admin') || (atLeast(role, 'member') && isOwn))) return older;
  throw new DocumentError(
    'replace_forbidden',
    'It would replace a document that only an admin may delete; ask one, or add it with another name.',
  );
}

/** Deletes the documents that this one replaces and records it, in the transaction `db` that makes it readable. */
export async function replaceOlder(teamId: string, document: DocumentRow, db: Db): Promise<void> {
  if (document.on_duplicate !== 'replace') return;
  const older = await requireReplaceable(teamId, document, { sha256: document.sha256 ?? '', db });
  const ids = older.map(({ id }) => id);
  const actor = { userId: document.created_by, keyId: document.created_by_key };
  const after = { replaced_by: document.id };
  for (const targetId of await documents.tombstone(teamId, ids, db))
    await auditLog.append(teamId, { actor, action: 'document.replaced', targetId, after }, db);
}
