import { z } from 'zod';
import { section } from '#shared/core/config.ts';
import * as bots from '#shared/db/bots.ts';
import * as collectionMembers from '#shared/db/collection-members.ts';
import type { DocumentFilter } from '#shared/db/document-filter.ts';
import * as importedRows from '#shared/db/imported-rows.ts';
import { type Db, inTeam } from '#shared/db/scope.ts';
import * as teams from '#shared/db/teams.ts';
import { readEntry, type ZipEntry, zipEntries } from '#shared/parsing/zip.ts';
import {
  ArchivedBots,
  ArchivedCollections,
  type ArchivedConversation,
  ArchivedConversations,
  ArchivedDocument,
  ArchivedMembers,
  ArchivedTeam,
  Manifest,
} from './archive-schemas.ts';
import { importDocument } from './import-document.ts';
import { mapId } from './map-id.ts';
import { TransferError } from './transfer-error.ts';

const storageConfig = section('storage');
const httpConfig = section('http');

const MAX_JSON_BYTES = 64 * 1_048_576;

/** What an import has done so far, as its result shows it. */
export type ImportResult = {
  documents: number;
  documents_skipped: number;
  bots: number;
  collections: number;
  conversations: number;
  conversations_skipped: number;
  /** The people of the old team, to be invited anew. */
  members: { email: string; role: string }[];
  /** The old ids of the person who imports. */
  own_ids: string[];
};

export const EMPTY_RESULT: ImportResult = {
  documents: 0,
  documents_skipped: 0,
  bots: 0,
  collections: 0,
  conversations: 0,
  conversations_skipped: 0,
  members: [],
  own_ids: [],
};

export type Import = { id: string; teamId: string; user: { id: string; email: string } };

/**
 * Takes over one file of an export. It may run again: rows that are there stay as they are. Of conversations only those
 * of the importing person are taken over, found by the e-mail address: nobody else has agreed to it here.
 * @throws TransferError for a file of another form
 */
export async function importPart(
  target: Import,
  bytes: Uint8Array,
  result: ImportResult,
): Promise<ImportResult> {
  const entries = zipEntries(bytes);
  if (!entries) throw invalid('it is no ZIP archive of an export');
  const archive = new Archive(bytes, entries);
  const next = archive.has('manifest.json')
    ? await importSettings(target, archive, result)
    : structuredClone(result);
  for (const name of archive.names(/^documents\/[0-9a-f-]{36}\/document\.json$/)) {
    const document = archive.json(name, ArchivedDocument);
    const original = archive.read(document.original, storageConfig().MAX_UPLOAD_BYTES);
    if (original && (await importDocument(target, document, original))) next.documents += 1;
    else next.documents_skipped += 1;
  }
  for (const name of archive.names(/^conversations\/[0-9a-f-]{36}\.json$/))
    await importConversations(target, archive.json(name, ArchivedConversations), next);
  return next;
}

/** The files in one archive, checked as they are read. */
class Archive {
  readonly #bytes: Uint8Array;
  readonly #entries: Map<string, ZipEntry>;

  constructor(bytes: Uint8Array, entries: ZipEntry[]) {
    this.#bytes = bytes;
    this.#entries = new Map(entries.map((entry) => [entry.name, entry]));
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  names(pattern: RegExp): string[] {
    return [...this.#entries.keys()].filter((name) => pattern.test(name)).toSorted();
  }

  read(name: string, maxBytes: number): Uint8Array | null {
    const entry = this.#entries.get(name);
    if (!entry) return null;
    try {
      return readEntry(this.#bytes, entry, maxBytes);
    } catch {
      throw invalid(`${name} cannot be read, or is too large`);
    }
  }

  json<S extends z.ZodType>(name: string, schema: S): z.output<S> {
    const bytes = this.read(name, MAX_JSON_BYTES);
    const parsed = schema.safeParse(bytes ? parse(bytes) : undefined);
    if (!parsed.success)
      throw invalid(`${name} has another form: ${z.prettifyError(parsed.error).slice(0, 300)}`);
    return parsed.data;
  }
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

async function importSettings(
  { id: importId, teamId, user }: Import,
  archive: Archive,
  result: ImportResult,
): Promise<ImportResult> {
  archive.json('manifest.json', Manifest);
  const team = archive.json('team.json', ArchivedTeam);
  const members = archive.json('members.json', ArchivedMembers);
  const collections = archive.json('collections.json', ArchivedCollections);
  const archived = archive.json('bots.json', ArchivedBots);
  const map = (id: string) => mapId(importId, id);
  const isOwn = ({ email }: { email: string }) => email.toLowerCase() === user.email.toLowerCase();
  const ownIds = members.filter(isOwn).map(({ user_id }) => user_id);
  const present = await bots.list(teamId, { limit: 1, before: null, only: null, readingOnly: false });
  if (present.length === 0)
    await inTeam(teamId, async (db) => {
      await teams.update(teamId, team, db);
      for (const row of collections) {
        const isMember = row.member_ids.some((each) => ownIds.includes(each));
        const member = isMember ? user.id : null;
        await insertCollection(teamId, { ...row, id: map(row.id), member }, db);
      }
      for (const bot of archived) await insertBot(teamId, bot, { map, db });
    });
  return {
    ...result,
    bots: archived.length,
    collections: collections.length,
    members: members.filter((each) => !isOwn(each)).map(({ email, role }) => ({ email, role })),
    own_ids: ownIds,
  };
}

type NewCollection = z.output<typeof ArchivedCollections>[number] & { member: string | null };

/** `member`: the importing person, if he saw the collection. The others are not here: they are invited, then added. */
async function insertCollection(teamId: string, row: NewCollection, db: Db): Promise<void> {
  if (row.is_default) return await importedRows.adoptDefaultCollection(teamId, row, db);
  await importedRows.insertCollection(teamId, row, db);
  if (row.access === 'restricted' && row.member)
    await collectionMembers.insert(teamId, { collectionId: row.id, userId: row.member }, db);
}

async function insertBot(
  teamId: string,
  bot: z.output<typeof ArchivedBots>[number],
  { map, db }: { map: (id: string) => string; db: Db },
): Promise<void> {
  const filter: DocumentFilter | null = bot.filter && {
    ...bot.filter,
    ...(bot.filter.collection_ids && { collection_ids: bot.filter.collection_ids.map(map) }),
    ...(bot.filter.document_ids && { document_ids: bot.filter.document_ids.map(map) }),
  };
  await bots.save(
    teamId,
    { ...bot, id: map(bot.id), collection_ids: bot.collection_ids.map(map), filter },
    db,
  );
}

async function importConversations(
  { id: importId, teamId, user }: Import,
  conversations: ArchivedConversation[],
  result: ImportResult,
): Promise<void> {
  const map = (id: string) => mapId(importId, id);
  const address = (id: string) => `${httpConfig().API_URL}/documents/${map(id)}`;
  for (const { messages, ...row } of conversations) {
    if (row.by_api_key || !result.own_ids.includes(row.user_id)) {
      result.conversations_skipped += 1;
      continue;
    }
    const mapped = messages.map((message) => ({
      ...message,
      id: map(message.id),
      question_id: message.question_id && map(message.question_id),
      sources: message.sources && mapSources(message.sources, map),
      citations: message.citations.map((citation) => ({
        ...citation,
        document_id: map(citation.document_id),
        url: address(citation.document_id),
      })),
    }));
    const conversation = { ...row, id: map(row.id), bot_id: map(row.bot_id), user_id: user.id };
    await inTeam(teamId, (db) =>
      importedRows.insertConversation(teamId, { ...conversation, messages: mapped }, db),
    );
    result.conversations += 1;
  }
}

function mapSources(sources: Record<string, string>, map: (id: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(sources).map(([id, collection]) => [map(id), map(collection)]));
}

function invalid(reason: string): TransferError {
  return new TransferError(`The file cannot be imported: ${reason}.`);
}
