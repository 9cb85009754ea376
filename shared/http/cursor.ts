import { isSigned, sign } from '#shared/auth/signatures.ts';
import { AppError } from '#shared/core/errors.ts';

/** 132 bits of the signature, to keep cursors short. */
const MAC_LENGTH = 22;

/** An opaque, signed pointer to the page after the row with this id; valid only for the named list. */
export function createCursor(list: string, id: string): string {
  return `${Buffer.from(id).toString('base64url')}.${sign('cursor', `${list}:${id}`).slice(0, MAC_LENGTH)}`;
}

/** The id inside a cursor; null without a cursor. @throws AppError `invalid_cursor` for a cursor of another list */
export function readCursor(list: string, cursor: string | undefined): string | null {
  if (cursor === undefined) return null;
  const [encoded = '', mac = '', ...more] = cursor.split('.');
  const id = Buffer.from(encoded, 'base64url').toString();
  // Node skips characters that are not base64url: a cursor has one spelling only, the one that was given out.
  const isAsGiven = more.length === 0 && Buffer.from(id).toString('base64url') === encoded;
  if (!isAsGiven || !isSigned('cursor', `${list}:${id}`, { mac, length: MAC_LENGTH })) {
    throw new AppError('invalid_cursor', 'The cursor is not valid here; start again without one.', {
      fields: [{ path: 'cursor', message: 'not a cursor of this list' }],
    });
  }
  return id;
}

type Paging<Row, Item> = {
  /** Identifies the list, including its team: cursors of other lists are refused. */
  list: string;
  query: { limit: number; cursor?: string | undefined };
  fetch(page: { limit: number; before: string | null }): Promise<Row[]>;
  render(row: Row): Item;
};

/** One page of a list in descending order of id. Ids are UUIDv7: newest first, and stable under inserts. */
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
