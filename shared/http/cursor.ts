import { keyedHash, sameHash } from '#shared/auth/keyed-hash.ts';
import { AppError } from '#shared/core/errors.ts';

/** An opaque, signed pointer behind the row with this id, good only for the list it was made for. */
export function createCursor(list: string, id: string): string {
  return `${Buffer.from(id).toString('base64url')}.${keyedHash('cursor', `${list}:${id}`).slice(0, 22)}`;
}

/** The id inside a cursor, null without one. @throws AppError `invalid_cursor` when it was not made for this list */
export function readCursor(list: string, cursor: string | undefined): string | null {
  if (cursor === undefined) return null;
  const [encoded = '', mac = ''] = cursor.split('.');
  const id = Buffer.from(encoded, 'base64url').toString();
  if (!sameHash(mac, keyedHash('cursor', `${list}:${id}`).slice(0, 22))) {
    throw new AppError('invalid_cursor', 'The cursor is not valid here; start again without one.', {
      fields: [{ path: 'cursor', message: 'not a cursor of this list' }],
    });
  }
  return id;
}

type Paging<Row, Item> = {
  /** Names the list, team included, so that a cursor of one list is refused by another. */
  list: string;
  query: { limit: number; cursor?: string | undefined };
  fetch(page: { limit: number; before: string | null }): Promise<Row[]>;
  render(row: Row): Item;
};

/** One page of a list in descending order of id; UUIDv7 ids make that newest first and stable under inserts. */
export async function paginate<Row extends { id: string }, Item>({
  list,
  query,
  fetch,
  render,
}: Paging<Row, Item>) {
  const rows = await fetch({ limit: query.limit + 1, before: readCursor(list, query.cursor) });
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return {
    data: page.map(render),
    next_cursor: last && rows.length > query.limit ? createCursor(list, last.id) : null,
  };
}
