import { getObject } from '#shared/aws/storage.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as bots from '#shared/db/bots.ts';
import * as collectionMembers from '#shared/db/collection-members.ts';
import * as collections from '#shared/db/collections.ts';
import * as exportedRows from '#shared/db/exported-rows.ts';
import * as members from '#shared/db/members.ts';
import * as teams from '#shared/db/teams.ts';
import { toAuditEntry } from '#shared/webhooks/audit-entry.ts';
import type { PartEntry } from './zip-part.ts';

/** The sections of an export, in the order in which an import needs them. */
const SECTIONS = ['settings', 'documents', 'conversations', 'audit'] as const;

/** Where an export goes on: in a section, after the row with this id. */
export type Position = { section: number; after: string | null };

/** Entries of the archive, with the position after them. `done`: rows that they stand for, to measure progress. */
type Batch = { entries: PartEntry[]; next: Position | null; done: number };

const CONVERSATIONS = 50;
const AUDIT_ENTRIES = 1_000;

/** The entries that follow a position: one document, or a page of rows. */
export async function readBatch(teamId: string, position: Position): Promise<Batch> {
  const section = SECTIONS[position.section];
  if (section === 'settings') return await readSettings(teamId, position);
  if (section === 'documents') return await readDocument(teamId, position);
  if (section === 'conversations') return await readConversations(teamId, position);
  return await readAudit(teamId, position);
}

/** The position after a batch: after its last row, or in the next section. */
function after(position: Position, last: string | undefined): Position | null {
  if (last) return { ...position, after: last };
  const section = position.section + 1;
  return section < SECTIONS.length ? { section, after: null } : null;
}

function json(name: string, value: unknown): PartEntry {
  return { name, bytes: Buffer.from(JSON.stringify(value, null, 1)) };
}

async function readAll<Row extends { id: string }>(
  list: (page: { limit: number; before: string | null }) => Promise<Row[]>,
): Promise<Row[]> {
  const found: Row[] = [];
  let page: Row[];
  do {
    page = await list({ limit: 100, before: found.at(-1)?.id ?? null });
    found.push(...page);
  } while (page.length === 100);
  return found;
}

async function readSettings(teamId: string, position: Position): Promise<Batch> {
  const team = await teams.find(teamId);
  const people = await readAll((page) => members.list(teamId, page));
  const entries = [
    json('manifest.json', { format: 'rag-platform-team', version: 1, created_at: new Date() }),
    json('team.json', team),
    json(
      'members.json',
      people.map(({ user_id, email, name, role }) => ({ user_id, email, name, role })),
    ),
    json('collections.json', await readCollections(teamId)),
    json(
      'bots.json',
      await readAll((page) => bots.list(teamId, { ...page, only: null, readingOnly: false })),
    ),
  ];
  return { entries, next: after(position, undefined), done: 0 };
}

/** The collections, those that are restricted with the people who see them beside admins. */
async function readCollections(teamId: string) {
  const rows = await readAll((page) => collections.list(teamId, page));
  return await Promise.all(
    rows.map(async (row) => {
      const people = await readAll((page) => collectionMembers.list(teamId, row.id, page));
      return { ...row, member_ids: people.map(({ user_id }) => user_id) };
    }),
  );
}

async function readDocument(teamId: string, position: Position): Promise<Batch> {
  const [row] = await exportedRows.listDocuments(teamId, { limit: 1, after: position.after });
  if (!row) return { entries: [], next: after(position, undefined), done: 0 };
  const { object_key: key, ...document } = row;
  const bytes = await getObject(key);
  const folder = `documents/${row.id}`;
  const original = `${folder}/original${extensionOf(row.filename)}`;
  const entries = bytes
    ? [json(`${folder}/document.json`, { ...document, original }), { name: original, bytes }]
    : [];
  return { entries, next: after(position, row.id), done: 1 };
}

/** A name in an archive must not lead out of its folder, so that only the ending of the file's name is in it. */
function extensionOf(filename: string): string {
  return /\.[a-z0-9]{1,8}$/i.exec(filename)?.[0].toLowerCase() ?? '';
}

async function readConversations(teamId: string, position: Position): Promise<Batch> {
  const page = { limit: CONVERSATIONS, after: position.after };
  const rows = await exportedRows.listConversations(teamId, null, page);
  const entries = rows.length > 0 ? [json(`conversations/${rows[0]?.id}.json`, rows)] : [];
  return { entries, next: after(position, rows.at(-1)?.id), done: rows.length / 10 };
}

async function readAudit(teamId: string, position: Position): Promise<Batch> {
  const filter = { actor: null, action: null, from: null, to: null };
  const page = { limit: AUDIT_ENTRIES, before: position.after };
  const rows = await auditLog.list(teamId, filter, page);
  const entries = rows.length > 0 ? [json(`audit-log/${rows[0]?.id}.json`, rows.map(toAuditEntry))] : [];
  return { entries, next: after(position, rows.at(-1)?.id), done: 0 };
}
