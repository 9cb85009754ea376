import { randomUUID } from 'node:crypto';
import {
  type Client,
  expectProblem,
  type Json,
  newKey,
  newMember,
  newTeam,
  succeeded,
  type Team,
} from '#tests/support/api.ts';
import { textFile } from '#tests/support/files.ts';
import { readUntil } from '#tests/support/until.ts';
import { addText, type Document, upload } from '#tests/support/upload.ts';

type Hits = { data: { document_id: string; score: number }[] };

const MODES = ['hybrid', 'vector', 'lexical'] as const;

let team: Team;
let owner: Client;
const pathOf = (id: string) => `${team.path}/documents/${id}`;

beforeEach(async () => {
  team = await newTeam();
  owner = team.owner;
});

/** The ids of the documents that a search finds. */
async function found(body: Json): Promise<string[]> {
  const { data } = succeeded(await owner.post<Hits>(`${team.path}/search`, body));
  return [...new Set(data.map(({ document_id }) => document_id))];
}

async function update(id: string, body: Json): Promise<Document> {
  return succeeded(await owner.patch<Document>(pathOf(id), body));
}

async function newCollection(name: string): Promise<string> {
  return succeeded(await owner.post<{ id: string }>(`${team.path}/collections`, { name })).id;
}

const countChunks = async (id: string) =>
  succeeded(await owner.get<{ data: { id: string }[] }>(`${pathOf(id)}/chunks`)).data.map(
    (chunk) => chunk.id,
  );

test('name, title and metadata change without another ingestion', async () => {
  const before = await addText(owner, team.path, '연차휴가는 15일이다.', {
    title: '초안.md',
    metadata: { year: 2024 },
  });
  expect(before).toMatchObject({ title: '초안.md', enabled: true, source_url: null });
  const chunks = await countChunks(before.id);
  const metadata = { year: 2025, tags: ['hr', 2], final: true, none: null };
  const changed = await update(before.id, { filename: '휴가규정.md', title: '휴가 규정', metadata });
  expect(changed).toEqual({ ...before, filename: '휴가규정.md', title: '휴가 규정', metadata });
  expect(succeeded(await owner.get(pathOf(before.id)))).toEqual(changed);
  expect(await countChunks(before.id)).toEqual(chunks);
  for (const mode of MODES) {
    const of = (year: number) => found({ query: '연차휴가', mode, filter: { metadata: { year } } });
    expect([await of(2025), await of(2024)]).toEqual([[before.id], []]);
  }
});

test('a document is found by the words of its new name, and no longer by those of the old one', async () => {
  const { id } = await addText(owner, team.path, '신청서는 총무팀에 낸다.', { title: '주차장.md' });
  const byWord = async (query: string) => await found({ query, mode: 'lexical' });
  expect([await byWord('주차장'), await byWord('기숙사')]).toEqual([[id], []]);
  await update(id, { title: '기숙사 안내', filename: '기숙사.md' });
  expect([await byWord('주차장'), await byWord('기숙사')]).toEqual([[], [id]]);
  expect(await byWord('총무팀 신청서')).toEqual([id]);
});

test('a title that repeats the file name follows it, another one stays', async () => {
  const { id, title } = await upload(owner, team.path, textFile('2026 규정.v2.txt', '본문'));
  expect(title).toBe('2026 규정.v2');
  expect(await update(id, { filename: '지침.txt' })).toMatchObject({ filename: '지침.txt', title: '지침' });
  await update(id, { title: '지침서' });
  expect(await update(id, { filename: '규칙.txt' })).toMatchObject({ filename: '규칙.txt', title: '지침서' });
});

test('a list finds a document by its title as well as by its file name', async () => {
  const { id } = await upload(owner, team.path, textFile('a.txt', '본문'));
  await update(id, { title: 'Annual Report' });
  const names = async (q: string) =>
    succeeded(await owner.get<{ data: Document[] }>(`${team.path}/documents?q=${q}`)).data.map(
      (each) => each.id,
    );
  expect([await names('annual'), await names('A.TXT'), await names('rules')]).toEqual([[id], [id], []]);
});

test('a document that is switched off is in no search, and in every list, until it is on again', async () => {
  const text = '복지포인트는 해마다 50만 점이다.';
  const [off, on] = await Promise.all([addText(owner, team.path, text), addText(owner, team.path, text)]);
  const bot = succeeded(await owner.post<{ id: string }>(`${team.path}/bots`, { name: 'x' }));
  const ask = () =>
    owner.post(`${team.path}/bots/${bot.id}/chat`, { message: '복지포인트는?', stream: false });
  expect(await update(off.id, { enabled: false })).toMatchObject({ enabled: false, status: 'ready' });
  for (const mode of MODES) expect(await found({ query: '복지포인트', mode })).toEqual([on.id]);
  expect(await found({ query: '복지포인트', filter: { document_ids: [off.id] } })).toEqual([]);
  expect((await ask()).text).not.toContain(off.id);
  await update(on.id, { enabled: false });
  for (const mode of MODES) expect(await found({ query: '복지포인트', mode })).toEqual([]);
  const { data } = succeeded(await owner.get<{ data: Document[] }>(`${team.path}/documents`));
  expect(data.map(({ enabled }) => enabled)).toEqual([false, false]);
  await update(off.id, { enabled: true });
  for (const mode of MODES) expect(await found({ query: '복지포인트', mode })).toEqual([off.id]);
});

test('documents that are switched off take no places of others among the nearest', async () => {
  const crowd = Array.from({ length: 60 }, (_, n) => `## ${n}번 창고\n\n창고 ${n}번의 열쇠는 경비실에 있다.`);
  const off = await addText(owner, team.path, crowd.join('\n\n'));
  const on = await addText(owner, team.path, '창고 열쇠의 관리는 총무팀이 한다.');
  await update(off.id, { enabled: false });
  expect(await found({ query: '창고 열쇠는 경비실에 있다', mode: 'vector', top_k: 3 })).toEqual([on.id]);
});

test('a moved document is found in its new collection only, by both legs', async () => {
  const [from, to] = [await newCollection('from'), await newCollection('to')];
  const { id } = await addText(owner, team.path, '출장비는 하루 12만 원이다.', { collection_id: from });
  const stays = await addText(owner, team.path, '출장비는 하루 12만 원이다.', { collection_id: from });
  const chunks = await countChunks(id);
  expect(await update(id, { collection_id: to })).toMatchObject({ collection_id: to });
  for (const mode of MODES) {
    expect(await found({ query: '출장비', mode, collection_ids: [to] })).toEqual([id]);
    expect(await found({ query: '출장비', mode, filter: { collection_ids: [from] } })).toEqual([stays.id]);
    expect(
      await found({ query: '출장비', mode, collection_ids: [to], filter: { collection_ids: [from] } }),
    ).toEqual([]);
  }
  expect(await countChunks(id)).toEqual(chunks);
});

test('of several moves at the same time the last one counts in both stores', async () => {
  const ids = await Promise.all(['a', 'b', 'c'].map(newCollection));
  const { id } = await addText(owner, team.path, '출장비는 하루 12만 원이다.');
  await Promise.all(ids.map((collection_id) => owner.patch(pathOf(id), { collection_id })));
  const { collection_id } = succeeded(await owner.get<Document>(pathOf(id)));
  for (const mode of ['vector', 'lexical'])
    expect(await found({ query: '출장비', mode, collection_ids: [collection_id] })).toEqual([id]);
});

test('a document that is moved before it is ingested has its vectors in the new collection', async () => {
  const to = await newCollection('to');
  const { document } = succeeded(
    await owner.post<{ document: Document }>(`${team.path}/documents/text`, {
      title: 'x',
      text: '출장비는 12만 원이다.',
    }),
  );
  await update(document.id, { collection_id: to });
  const search = () => found({ query: '출장비', mode: 'vector', collection_ids: [to] });
  await expect(readUntil(search, (ids) => ids.length > 0)).resolves.toEqual([document.id]);
});

test('members change their own documents, admins any, viewers and strangers none', async () => {
  const [one, two, admin, viewer] = await Promise.all([
    newMember(team, 'member'),
    newMember(team, 'member'),
    newMember(team, 'admin'),
    newMember(team, 'viewer'),
  ]);
  const { id } = await upload(one, team.path, textFile('one.txt', '하나'));
  const body = { title: '새 이름' };
  expectProblem(await two.patch(pathOf(id), body), 403, 'insufficient_role');
  expectProblem(await viewer.patch(pathOf(id), body), 403, 'insufficient_role');
  expectProblem(await (await newTeam()).owner.patch(pathOf(id), body), 404, 'not_found');
  expectProblem(await admin.patch(pathOf(randomUUID()), body), 404, 'not_found');
  expect((await one.patch(pathOf(id), body)).status).toBe(200);
  expect((await admin.patch(pathOf(id), body)).status).toBe(200);
  const key = await newKey(team, ['documents:write'], { creator: admin });
  expect((await key.patch(pathOf(id), { enabled: false })).status).toBe(200);
  const { body: log } = await owner.get<{ data: Json[] }>(`${team.path}/audit-log?limit=1`);
  expect(log.data[0]).toMatchObject({
    action: 'document.updated',
    target: { id },
    actor: { id: key.id },
    before: { enabled: true },
    after: { enabled: false },
  });
});

test('what cannot be is refused, and nothing of the change is kept', async () => {
  const { id } = await upload(owner, team.path, textFile('one.txt', '하나'));
  const other = await newTeam();
  const foreign = succeeded(
    await other.owner.post<{ id: string }>(`${other.path}/collections`, { name: 'x' }),
  ).id;
  const bad: Json[] = [
    {},
    { name: 'x' },
    { title: '' },
    { title: 'a\nb' },
    { filename: 'a/b' },
    { enabled: 'no' },
    { enabled: null },
    { metadata: { a: { b: 1 } } },
    { metadata: { a: [[1]] } },
    { metadata: { a: [null] } },
    { title: 'new', collection_id: foreign },
    { title: 'new', collection_id: randomUUID() },
  ];
  for (const body of bad) expectProblem(await owner.patch(pathOf(id), body), 422, 'validation_failed');
  expect(succeeded(await owner.get<Document>(pathOf(id)))).toMatchObject({
    title: 'one',
    filename: 'one.txt',
  });
});
