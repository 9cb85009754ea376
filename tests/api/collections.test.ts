import { randomUUID } from 'node:crypto';
import { describeAccess } from '#tests/support/access.ts';
import {
  type Client,
  expectProblem,
  type Json,
  newMember,
  newTeam,
  succeeded,
  type Team,
} from '#tests/support/api.ts';
import { addText } from '#tests/support/upload.ts';

type Collection = {
  id: string;
  name: string;
  description: string;
  chunking: { max_tokens: number; overlap_tokens: number } | null;
  is_default: boolean;
  created_at: string;
};
type Page = { data: Collection[]; next_cursor: string | null };

let team: Team;
let owner: Client;
const collections = () => `${team.path}/collections`;

beforeAll(async () => {
  team = await newTeam();
  owner = team.owner;
});

async function newCollection(body: Json = {}): Promise<Collection> {
  return succeeded(await owner.post<Collection>(collections(), { name: randomUUID(), ...body }));
}

describeAccess([
  { method: 'GET', path: '/collections', role: 'viewer', scope: 'documents:read' },
  { method: 'POST', path: '/collections', role: 'member', scope: 'documents:write', body: { name: 'x' } },
  { method: 'GET', path: '/collections/{id}', role: 'viewer', scope: 'documents:read' },
  {
    method: 'PATCH',
    path: '/collections/{id}',
    role: 'member',
    scope: 'documents:write',
    body: { name: 'x' },
  },
  { method: 'DELETE', path: '/collections/{id}', role: 'admin', scope: 'documents:write' },
]);

test('a team begins with a default collection', async () => {
  const fresh = await newTeam();
  const { data } = succeeded(await fresh.owner.get<Page>(`${fresh.path}/collections`));
  expect(data).toMatchObject([{ name: 'default', is_default: true, chunking: null }]);
});

test('a collection is created, read, changed and deleted', async () => {
  const name = randomUUID();
  const made = await owner.post<Collection>(collections(), {
    name,
    description: '인사 규정',
    chunking: { max_tokens: 128, overlap_tokens: 16 },
  });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({ name, description: '인사 규정', is_default: false });
  expect(made.body.chunking).toEqual({ max_tokens: 128, overlap_tokens: 16 });
  const path = `${collections()}/${made.body.id}`;
  expect(succeeded(await owner.get(path))).toEqual(made.body);

  const changed = succeeded(await owner.patch<Collection>(path, { description: 'rules', chunking: null }));
  expect(changed).toEqual({ ...made.body, description: 'rules', chunking: null });

  expect((await owner.delete(path)).status).toBe(204);
  expectProblem(await owner.get(path), 404, 'not_found');
  expectProblem(await owner.delete(path), 404, 'not_found');
});

test('a name is unique per team, compared without case', async () => {
  const { name } = await newCollection({ name: `Rules ${randomUUID()}` });
  expectProblem(await owner.post(collections(), { name: name.toUpperCase() }), 409, 'already_exists');
  const other = await newCollection();
  expectProblem(await owner.patch(`${collections()}/${other.id}`, { name }), 409, 'already_exists');
  const elsewhere = await newTeam();
  expect((await elsewhere.owner.post(`${elsewhere.path}/collections`, { name })).status).toBe(201);
});

test.each([
  ['no name', {}, 'name'],
  ['a blank name', { name: '  ' }, 'name'],
  ['a name that is too long', { name: 'x'.repeat(121) }, 'name'],
  ['a name of another type', { name: 7 }, 'name'],
  [
    'chunks that are too small',
    { name: 'x', chunking: { max_tokens: 8, overlap_tokens: 0 } },
    'chunking.max_tokens',
  ],
  [
    'chunks wider than the model',
    { name: 'x', chunking: { max_tokens: 9_999, overlap_tokens: 0 } },
    'chunking.max_tokens',
  ],
  ['more overlap than half', { name: 'x', chunking: { max_tokens: 64, overlap_tokens: 40 } }, 'chunking'],
])('%s is refused, and the error names the field', async (_what, body, path) => {
  const answer = await owner.post(collections(), body);
  expectProblem(answer, 422, 'validation_failed');
  expect(answer.body.errors).toMatchObject([{ path }]);
});

test('an empty change, an unknown id and a malformed id are refused', async () => {
  const { id } = await newCollection();
  expectProblem(await owner.patch(`${collections()}/${id}`, {}), 422, 'validation_failed');
  expectProblem(await owner.patch(`${collections()}/${randomUUID()}`, { name: 'y' }), 404, 'not_found');
  expectProblem(await owner.get(`${collections()}/not-an-id`), 404, 'not_found');
});

test('a collection of another team is answered like a missing one', async () => {
  const { id } = await newCollection();
  const other = await newTeam();
  for (const method of ['GET', 'PATCH', 'DELETE']) {
    const body = method === 'PATCH' ? { body: { name: 'stolen' } } : {};
    expectProblem(
      await other.owner.request(method, `${other.path}/collections/${id}`, body),
      404,
      'not_found',
    );
  }
});

test('lists are paged, newest first, and a cursor is valid for its own list only', async () => {
  const fresh = await newTeam();
  const path = `${fresh.path}/collections`;
  for (const name of ['a', 'b', 'c']) succeeded(await fresh.owner.post(path, { name }));
  const first = succeeded(await fresh.owner.get<Page>(`${path}?limit=3`));
  expect(first.data.map(({ name }) => name)).toEqual(['c', 'b', 'a']);
  const cursor = encodeURIComponent(String(first.next_cursor));
  const last = succeeded(await fresh.owner.get<Page>(`${path}?limit=3&cursor=${cursor}`));
  expect(last).toMatchObject({ data: [{ name: 'default' }], next_cursor: null });
  expectProblem(await owner.get(`${collections()}?cursor=${cursor}`), 400, 'invalid_cursor');
  for (const query of ['limit=0', 'limit=101', 'limit=x'])
    expectProblem(await owner.get(`${collections()}?${query}`), 400, 'invalid_request');
});

test('the default collection cannot be deleted', async () => {
  const { data } = succeeded(await owner.get<Page>(`${collections()}?limit=100`));
  const id = data.find((each) => each.is_default)?.id;
  expectProblem(await owner.delete(`${collections()}/${id}`), 409, 'conflict');
});

test('the same Idempotency-Key creates one collection', async () => {
  const headers = { 'Idempotency-Key': randomUUID() };
  const body = { name: randomUUID() };
  const first = await owner.post<Collection>(collections(), body, { headers });
  const again = await owner.post<Collection>(collections(), body, { headers });
  expect(again.status).toBe(201);
  expect(again.body).toEqual(first.body);
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  const other = await owner.post(collections(), { name: randomUUID() }, { headers });
  expectProblem(other, 422, 'idempotency_key_reused');
});

test('deleting a collection removes its documents from search at once and leaves other collections alone', async () => {
  const { id } = await newCollection();
  const gone = await addText(owner, team.path, '# 비밀\n\n은하수 프로젝트의 예산은 9억 원이다.', {
    collection_id: id,
  });
  const kept = await addText(owner, team.path, '# 공개\n\n은하수 프로젝트의 담당자는 김하늘이다.');
  const search = { query: '은하수 프로젝트의 예산', mode: 'lexical' };
  const before = succeeded(
    await owner.post<{ data: { document_id: string }[] }>(`${team.path}/search`, search),
  );
  expect(before.data.map((hit) => hit.document_id)).toEqual([gone.id, kept.id]);

  expect((await owner.delete(`${collections()}/${id}`)).status).toBe(204);

  const after = succeeded(
    await owner.post<{ data: { document_id: string }[] }>(`${team.path}/search`, search),
  );
  expect(after.data.map((hit) => hit.document_id)).toEqual([kept.id]);
  expectProblem(await owner.get(`${team.path}/documents/${gone.id}`), 404, 'not_found');
});

test('a collection’s chunking applies to documents added afterwards', async () => {
  const text = Array.from({ length: 40 }, (_, i) => `제${i + 1}항의 내용은 이 문장에 적혀 있습니다.`).join(
    ' ',
  );
  const small = await newCollection({ chunking: { max_tokens: 32, overlap_tokens: 0 } });
  const [coarse, fine] = await Promise.all([
    addText(owner, team.path, text, { title: 'coarse.md' }),
    addText(owner, team.path, text, { title: 'fine.md', collection_id: small.id }),
  ]);
  expect(Number(fine.chunks)).toBeGreaterThan(Number(coarse.chunks));
  const { body } = await owner.get<{ data: { tokens: number }[] }>(
    `${team.path}/documents/${fine.id}/chunks?limit=100`,
  );
  expect(Math.max(...body.data.map(({ tokens }) => tokens))).toBeLessThanOrEqual(32);
});

test('deleting a collection is in the audit log', async () => {
  const admin = await newMember(team, 'admin');
  const { id } = await newCollection();
  expect((await admin.delete(`${collections()}/${id}`)).status).toBe(204);
  const log = `${team.path}/audit-log?action=collection.deleted&limit=1`;
  const { data } = succeeded(await owner.get<{ data: Json[] }>(log));
  expect(data).toMatchObject([{ target: { id }, actor: { id: admin.id } }]);
});
