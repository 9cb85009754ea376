import { randomUUID } from 'node:crypto';
import { describeAccess } from '#tests/support/access.ts';
import { type Client, expectProblem, type Json, newTeam, succeeded, type Team } from '#tests/support/api.ts';
import { addText, type Document } from '#tests/support/upload.ts';

type Hit = {
  chunk_id: string;
  document_id: string;
  filename: string;
  page: number | null;
  heading: string | null;
  text: string;
  start: number;
  end: number;
  score: number;
  scores: { vector: number | null; lexical: number | null; rerank: number | null };
};
type Result = { data: Hit[]; took_ms: Record<string, number | null> };

const TEXTS = {
  leave: '# 휴가\n\n## 연차휴가\n\n직원은 연차유급휴가를 15일 받는다. 휴가신청서는 한빛포털에서 낸다.',
  travel: '# 출장\n\n## 숙박비\n\n국내 출장의 숙박비는 하루 12만 원까지 지급한다.',
  robots: '# Robots\n\n## Maintenance\n\nThe operator cleaned both scanners before every shift.',
};

let team: Team;
let owner: Client;
let documents: Record<keyof typeof TEXTS, Document>;
let otherCollection: string;

beforeAll(async () => {
  team = await newTeam();
  owner = team.owner;
  otherCollection = succeeded(
    await owner.post<{ id: string }>(`${team.path}/collections`, { name: 'robots' }),
  ).id;
  const [leave, travel, robots] = await Promise.all([
    addText(owner, team.path, TEXTS.leave, { title: '휴가.md', metadata: { kind: 'rule', year: 2026 } }),
    addText(owner, team.path, TEXTS.travel, { title: '출장.md', metadata: { kind: 'rule', year: 2025 } }),
    addText(owner, team.path, TEXTS.robots, { title: 'robots.md', collection_id: otherCollection }),
  ]);
  documents = { leave, travel, robots };
});

async function search(body: Json, at = team): Promise<Result> {
  return succeeded(await at.owner.post<Result>(`${at.path}/search`, body));
}

const names = ({ data }: Result) => data.map(({ filename }) => filename);

describeAccess([{ method: 'POST', path: '/search', role: 'viewer', scope: 'search', body: { query: 'x' } }]);

test('a hit has its place in the document and the score of each retriever', async () => {
  const { data } = await search({ query: '연차유급휴가는 며칠인가요?' });
  const [hit] = data;
  expect(hit).toMatchObject({
    document_id: documents.leave.id,
    filename: '휴가.md',
    page: null,
    heading: '휴가 > 연차휴가',
    scores: { rerank: null },
  });
  expect(Number(hit?.end) - Number(hit?.start)).toBe(hit?.text.length);
  expect(hit?.score).toBeGreaterThan(0);
  expect(hit?.score).toBeLessThanOrEqual(1);
  expect(hit?.scores.vector).toBeGreaterThan(0);
  expect(hit?.scores.lexical).toBeGreaterThan(0);
  const { data: chunks } = succeeded(
    await owner.get<{ data: { id: string; text: string }[] }>(
      `${team.path}/documents/${documents.leave.id}/chunks`,
    ),
  );
  expect(chunks.find(({ id }) => id === hit?.chunk_id)?.text).toBe(hit?.text);
});

test.each([
  ['hybrid', { embed: expect.any(Number), vector: expect.any(Number), lexical: expect.any(Number) }],
  ['vector', { embed: expect.any(Number), vector: expect.any(Number), lexical: null }],
  ['lexical', { embed: null, vector: null, lexical: expect.any(Number) }],
] as const)('%s search tells the time of the legs it asked, and only of those', async (mode, legs) => {
  const { took_ms, data } = await search({ query: '출장 숙박비', mode });
  expect(took_ms).toEqual({ ...legs, rerank: null, total: expect.any(Number) as number });
  expect(data[0]?.filename).toBe('출장.md');
  if (mode === 'vector') expect(data[0]?.scores.lexical).toBeNull();
  if (mode === 'lexical') expect(data[0]?.scores.vector).toBeNull();
});

test('hits are in descending order of score', async () => {
  const { data } = await search({ query: '직원의 휴가와 출장 숙박비' });
  const scores = data.map(({ score }) => score);
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  expect(data.length).toBeGreaterThan(1);
});

test('top_k bounds the number of hits', async () => {
  const fresh = await newTeam();
  const text = Array.from(
    { length: 60 },
    (_, i) => `# ${i}장\n\n${'별똥별 관측 기록은 이 장에 길게 적혀 있다. '.repeat(8)}`,
  );
  await addText(fresh.owner, fresh.path, text.join('\n\n'));
  const query = '별똥별 관측 기록';
  expect((await search({ query }, fresh)).data).toHaveLength(8);
  expect((await search({ query, top_k: 1 }, fresh)).data).toHaveLength(1);
  expect((await search({ query, top_k: 50 }, fresh)).data).toHaveLength(50);
});

test.each<[string, Json, string]>([
  ['no query', {}, 'query'],
  ['a blank query', { query: '  ' }, 'query'],
  ['a query without end', { query: 'x'.repeat(2_001) }, 'query'],
  ['no hits', { query: 'x', top_k: 0 }, 'top_k'],
  ['too many hits', { query: 'x', top_k: 51 }, 'top_k'],
  ['an unknown mode', { query: 'x', mode: 'magic' }, 'mode'],
  ['an empty list of collections', { query: 'x', collection_ids: [] }, 'collection_ids'],
  ['a collection that cannot be', { query: 'x', collection_ids: ['x'] }, 'collection_ids.0'],
  ['documents that cannot be', { query: 'x', filter: { document_ids: ['x'] } }, 'filter.document_ids.0'],
  ['a filter of another type', { query: 'x', filter: [] }, 'filter'],
])('a search with %s is refused by field', async (_what, body, path) => {
  const answer = await owner.post(`${team.path}/search`, body);
  expectProblem(answer, 422, 'validation_failed');
  expect(answer.body.errors).toMatchObject([{ path }]);
});

describe.each(['hybrid', 'vector', 'lexical'])('%s search', (mode) => {
  test('finds only documents of the given collections', async () => {
    const query = 'operator scanners 연차유급휴가';
    expect(names(await search({ query, mode, collection_ids: [otherCollection] }))).toEqual(['robots.md']);
    const { data } = succeeded(
      await owner.get<{ data: { id: string; is_default: boolean }[] }>(`${team.path}/collections`),
    );
    const standard = data.find(({ is_default }) => is_default)?.id;
    expect(names(await search({ query, mode, collection_ids: [standard] }))).toContain('휴가.md');
    expect(names(await search({ query, mode, collection_ids: [standard] }))).not.toContain('robots.md');
  });

  test('finds nothing in collections and documents of other teams', async () => {
    const other = await newTeam();
    await addText(other.owner, other.path, '남의 팀 글');
    const collections = { collection_ids: [documents.leave.collection_id, otherCollection] };
    const query = '연차유급휴가';
    expect((await search({ query, mode, ...collections }, other)).data).toEqual([]);
    expect(
      (await search({ query, mode, filter: { document_ids: [documents.leave.id] } }, other)).data,
    ).toEqual([]);
    expect((await search({ query, mode, collection_ids: [randomUUID()] })).data).toEqual([]);
  });

  test('filters by document and by metadata, however many other passages are nearer', async () => {
    const fresh = await newTeam();
    const crowd = Array.from(
      { length: 70 },
      (_, i) => `# ${i}\n\n${'은하철도의 운행 시간표는 역마다 다르다. '.repeat(9)}`,
    );
    await addText(fresh.owner, fresh.path, crowd.join('\n\n'), { title: 'crowd.md', metadata: { line: 1 } });
    const { id } = await addText(fresh.owner, fresh.path, '은하철도의 표값은 싸다.', {
      title: 'one.md',
      metadata: { line: 2, old: false },
    });
    const query = '은하철도의 운행 시간표';
    for (const filter of [
      { document_ids: [id] },
      { metadata: { line: 2 } },
      { metadata: { line: 2, old: false } },
    ])
      expect(names(await search({ query, mode, filter }, fresh))).toEqual(['one.md']);
    for (const metadata of [{ line: 3 }, { line: '2' }, { line: 2, old: true }, { other: null }])
      expect((await search({ query, mode, filter: { metadata } }, fresh)).data).toEqual([]);
  });
});

describe('lexical search', () => {
  const find = (query: string) => search({ query, mode: 'lexical' }).then(names);

  test.each([
    ['a word inside a compound', '유급휴가'],
    ['a compound that is written apart', '연차 유급 휴가'],
    ['a word under another particle', '휴가신청서를'],
    ['a word in decomposed Hangul', '한빛포털'.normalize('NFD')],
  ])('finds %s', async (_what, query) => {
    expect((await find(query))[0]).toBe('휴가.md');
  });

  test.each(['cleaning scanner', 'OPERATORS', 'shifts', 'scanners'])(
    'finds other forms of English words: %s',
    async (query) => {
      expect(await find(query)).toEqual(['robots.md']);
    },
  );

  test.each(['쀍뛟쬁', 'xyzzyqwrt', '!!! ???', '🤖', '있나요 인가요', 'what is the'])(
    'finds nothing for nonsense: %s',
    async (query) => {
      expect(await find(query)).toEqual([]);
    },
  );
});

test('a team without documents finds nothing', async () => {
  const fresh = await newTeam();
  for (const mode of ['hybrid', 'vector', 'lexical'])
    expect((await search({ query: '연차', mode }, fresh)).data).toEqual([]);
});
