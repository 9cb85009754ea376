import { loadConfig } from '#shared/core/config.ts';
import { createCursor, paginate, readCursor } from './cursor.ts';

const ID = '01a20657-4ac1-72eb-bfc4-0e8761ad0f37';

beforeAll(async () => {
  process.env.JWT_SECRET = 'a secret for tests, long enough to be one';
  await loadConfig('auth');
});

test('a cursor holds the id of its row', () => {
  const cursor = createCursor('bots:a', ID);
  expect(readCursor('bots:a', cursor)).toBe(ID);
  expect(cursor).toMatch(/^[\w-]+\.[\w-]+$/);
  expect(readCursor('bots:a', undefined)).toBeNull();
});

test.each([
  ['of another list', 'bots:b', (cursor: string) => cursor],
  ['with another row', 'bots:a', (cursor: string) => cursor.replace(/^.{4}/, 'MTEx')],
  ['without its signature', 'bots:a', (cursor: string) => cursor.split('.')[0] ?? ''],
  ['that is a row’s id', 'bots:a', () => ID],
  ['that is empty', 'bots:a', () => ''],
  ['with more behind it', 'bots:a', (cursor: string) => `${cursor}.x`],
  ['with a character that base64url lacks', 'bots:a', (cursor: string) => cursor.replace(/^.{4}/, '$&,')],
  ['with padding', 'bots:a', (cursor: string) => cursor.replace('.', '=.')],
])('a cursor %s is refused', (_what, list, change) => {
  expect(() => readCursor(list, change(createCursor('bots:a', ID)))).toThrow(
    expect.objectContaining({ code: 'invalid_cursor', status: 400 }) as Error,
  );
});

test('pages follow each other without gap or repetition, and the last one has no cursor', async () => {
  const rows = ['e', 'd', 'c', 'b', 'a'].map((id) => ({ id }));
  const fetch = ({ limit, before }: { limit: number; before: string | null }) =>
    Promise.resolve(rows.filter(({ id }) => before === null || id < before).slice(0, limit));
  const seen: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await paginate({ list: 'x', query: { limit: 2, cursor }, fetch, render: (row) => row.id });
    seen.push(page.data);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  expect(seen).toEqual([['e', 'd'], ['c', 'b'], ['a']]);
});

test('after a full last page there is no further page', async () => {
  const rows = [{ id: 'b' }, { id: 'a' }];
  const fetch = () => Promise.resolve(rows);
  const page = await paginate({ list: 'x', query: { limit: 2 }, fetch, render: (row) => row.id });
  expect(page).toEqual({ data: ['b', 'a'], next_cursor: null });
});
