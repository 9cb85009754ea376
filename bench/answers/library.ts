import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import { documentKey } from '#shared/aws/document-keys.ts';
import { putObject } from '#shared/aws/storage.ts';
import * as collections from '#shared/db/collections.ts';
import * as documents from '#shared/db/documents.ts';
import * as teams from '#shared/db/teams.ts';
import * as users from '#shared/db/users.ts';
import { SUPPORTED_TYPES } from '#shared/parsing/formats.ts';

const POLL_MS = 50;

export type Library = {
  teamId: string;
  /** The ids of its documents by file name. */
  ids: ReadonlyMap<string, string>;
};

/**
 * Adds the documents of an evaluation set to a new team of the running platform and waits until all are ready.
 * @param folder the documents, with a slash at its end
 */
export async function addLibrary(folder: URL): Promise<Library> {
  const person = { issuer: 'bench', subject: uuidv7(), email: `${uuidv7()}@example.com` };
  const user = await users.upsert({ ...person, name: 'Bench', pictureUrl: null });
  const { id: teamId } = await teams.insert({ name: 'bench', ownerId: user.id });
  const collection = await collections.findDefault(teamId);
  const ids = new Map<string, string>();
  for (const name of readdirSync(folder)) {
    const bytes = readFileSync(new URL(encodeURIComponent(name), folder));
    const id = uuidv7();
    const document = await documents.insert(teamId, {
      id,
      collection_id: collection?.id ?? '',
      filename: name.normalize('NFC'),
      content_type: contentTypeOf(name),
      size_bytes: bytes.length,
      metadata: {},
      on_duplicate: 'keep',
      object_key: documentKey(teamId, id),
      created_by: user.id,
      status: 'pending_upload',
      scan_pending: false,
    });
    await putObject(document.object_key, bytes, document.content_type);
    ids.set(document.filename, id);
  }
  for (const id of ids.values()) await waitUntilReady(teamId, id);
  return { teamId, ids };
}

/** The ids of all documents but those of the given names. */
export function documentsWithout(ids: Library['ids'], names: (string | null)[]): string[] {
  return [...ids].filter(([name]) => !names.includes(name)).map(([, id]) => id);
}

function contentTypeOf(name: string): string {
  const extension = name.split('.').at(-1) ?? '';
  const types: Record<string, string> = {
    md: 'text/markdown',
    txt: 'text/plain',
    csv: 'text/csv',
    html: 'text/html',
  };
  const type = types[extension];
  if (!type || !(type in SUPPORTED_TYPES)) throw new Error(`${name}: no such type here`);
  return type;
}

async function waitUntilReady(teamId: string, id: string): Promise<void> {
  for (;;) {
    const row = await documents.find(teamId, id);
    if (row?.status === 'ready') return;
    if (row?.status === 'failed') throw new Error(`${row.filename}: ${row.error_message}`);
    await delay(POLL_MS);
  }
}
