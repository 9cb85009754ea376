import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Whose eyes the statements of a request have. PostgreSQL hides by it the restricted collections that somebody may not
 * see, their documents, and their place in bots (`migrations/0013-readers.sql`), on every route.
 * - `person`: sees what his role and the collections' members allow.
 * - `key`: sees its collections, as far as its creator does; without a list of them no restricted one.
 * - `everything`: background work, which no answer shows.
 */
export type Reader =
  | { kind: 'person'; userId: string }
  | { kind: 'key'; userId: string; collectionIds: readonly string[] | null }
  | { kind: 'everything' };

const storage = new AsyncLocalStorage<Reader>();

/** Runs `work`, and everything asynchronous that it starts, with the eyes of a reader. */
export function asReader<T>(reader: Reader, work: () => T): T {
  return storage.run(reader, work);
}

/** Runs background work, which sees restricted collections too. */
export function seeingEverything<T>(work: () => T): T {
  return storage.run({ kind: 'everything' }, work);
}

/** SQL: the rest of the transaction sees restricted collections too, to find out what its reader does not see. */
export const SEE_EVERYTHING = `SELECT set_config('app.sees_all', 'on', true)`;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** SQL that gives a transaction the eyes of its reader; without a reader it sees no restricted collection. */
export function setReader(): string {
  return Object.entries(settingsOf(storage.getStore()))
    .map(([name, value]) => `SELECT set_config('app.${name}', '${value}', true);`)
    .join(' ');
}

/** Values are inlined, so that they go in one round trip with BEGIN: only UUIDs may be among them. */
function settingsOf(reader: Reader | undefined): Record<string, string> {
  switch (reader?.kind) {
    case 'everything':
      return { sees_all: 'on' };
    case 'person':
      return { reader_id: inlineUuid(reader.userId) };
    case 'key': {
      const { userId, collectionIds } = reader;
      if (!collectionIds) return {};
      return {
        reader_id: inlineUuid(userId),
        collection_ids: `{${collectionIds.map(inlineUuid).join(',')}}`,
      };
    }
    default:
      return {};
  }
}

/** An id that may become part of a statement. @throws Error unless it is a UUID */
export function inlineUuid(id: string): string {
  if (!UUID.test(id)) throw new Error('Only a UUID may become part of a statement');
  return id;
}
