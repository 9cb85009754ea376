import { randomUUID } from 'node:crypto';
import { type Client, expectProblem, type Json, newTeam, succeeded, type Team } from '#tests/support/api.ts';
import { addText, type Document } from '#tests/support/upload.ts';

type Hits = { data: { document_id: string; filename: string }[] };

const MODES = ['hybrid', 'vector', 'lexical'];

let team: Team;
let owner: Client;
let documents: Document[];
let collection: string;

beforeAll(async () => {
  team = await newTeam();
  owner = team.owner;
  collection = succeeded(await owner.post<{ id: string }>(`${team.path}/collections`, { name: 'x' })).id;
  const add = (title: string, metadata: object, more: object = {}) =>
    addText(owner, team.path, `${title}: 연차휴가는 15일이다.`, { title, metadata, ...more });
  documents = [
    await add('a', { dept: 'HR', year: 2023, until: '2024-03-05', tags: ['old', 1] }),
    await add('b', { dept: 'IT', year: 2024, until: '2024-03-05T09:00:00+09:00' }),
    await add('c', { dept: ['HR', 'IT'], year: 2025, until: '2025-01-01' }, { collection_id: collection }),
    await add('d', { year: '2024', until: '미정' }),
  ];
});

async function found(filter: Json, mode = 'hybrid'): Promise<string> {
  const { data } = succeeded(
    await owner.post<Hits>(`${team.path}/search`, { query: '연차휴가는 15일', mode, filter }),
  );
  return [...new Set(data.map(({ filename }) => filename))].sort().join('');
}

test.each<[Json, string]>([
  [{ dept: 'HR' }, 'ac'],
  [{ dept: { in: ['HR', 'IT'] } }, 'abc'],
  [{ dept: { ne: 'HR' } }, 'bd'],
  [{ dept: { exists: false } }, 'd'],
  [{ dept: { exists: true }, year: { gte: 2024 } }, 'bc'],
  [{ year: 2024 }, 'b'],
  [{ year: '2024' }, 'd'],
  [{ year: { gt: 2023, lt: 2025 } }, 'b'],
  [{ year: { lte: 2024.5 } }, 'ab'],
  [{ until: { gte: '2024-03-05', lt: '2024-03-06' } }, 'ab'],
  [{ until: { gt: '2024-03-05T00:00:00Z' } }, 'c'],
  [{ tags: 1 }, 'a'],
  [{ tags: { in: ['new', 'old'] } }, 'a'],
  [{ other: null }, ''],
])('metadata %j is applied by both legs', async (metadata, expected) => {
  for (const mode of MODES) expect([mode, await found({ metadata }, mode)]).toEqual([mode, expected]);
});

test('ids, collections and times of creation narrow each other', async () => {
  const [a, b, c] = documents as [Document, Document, Document];
  const cases: [Json, string][] = [
    [{ document_ids: [a.id, c.id] }, 'ac'],
    [{ collection_ids: [collection] }, 'c'],
    [{ document_ids: [a.id], collection_ids: [collection] }, ''],
    [{ created: { gte: b.created_at } }, 'bcd'],
    [{ created: { gte: b.created_at, lt: c.created_at } }, 'b'],
    [{ created: { lt: '2020-01-01' } }, ''],
    [{ document_ids: [a.id, b.id], metadata: { dept: 'HR' } }, 'a'],
    [{}, 'abcd'],
  ];
  for (const [filter, expected] of cases)
    for (const mode of MODES) expect([filter, await found(filter, mode)]).toEqual([filter, expected]);
});

test.each<[Json, string]>([
  [{ filter: { filename: 'a.md' } }, 'filter.filename'],
  [{ collection_id: randomUUID() }, 'collection_id'],
  [{ filter: { metadata: { dept: { $in: ['HR'] } } } }, 'filter.metadata.dept'],
  [{ filter: { metadata: { dept: ['HR', 'X'] } } }, 'filter.metadata.dept'],
  [{ filter: { metadata: { year: { gte: 3, lt: 'x' } } } }, 'filter.metadata.year'],
  [{ filter: { metadata: { dept: {} } } }, 'filter.metadata.dept'],
  [{ filter: { created: { gt: '2024-01-01' } } }, 'filter.created.gt'],
  [{ filter: { created: { gte: 'yesterday' } } }, 'filter.created.gte'],
  [{ filter: { document_ids: [] } }, 'filter.document_ids'],
  [{ filter: 'dept' }, 'filter'],
])('a search with %j is refused, and the answer says where', async (more, path) => {
  const answer = await owner.post(`${team.path}/search`, { query: 'x', ...more });
  expectProblem(answer, 422, 'validation_failed');
  const paths = (answer.body.errors as { path: string }[]).map((each) => each.path);
  expect(paths.some((each) => each.startsWith(path))).toBe(true);
});
