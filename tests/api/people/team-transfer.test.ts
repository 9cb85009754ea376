import { strToU8, unzipSync, zipSync } from 'fflate';
import { BotInput } from '#functions/bots/schemas.ts';
import {
  expectProblem,
  newMember,
  newTeam,
  newUser,
  succeeded,
  type Team,
  type User,
} from '#tests/support/api.ts';
import { newBotPath } from '#tests/support/chat.ts';
import { readUntil } from '#tests/support/until.ts';
import { addText, type NewUpload, sendForm } from '#tests/support/upload.ts';

type Export = { id: string; status: string; progress: number; files: { url: string; size_bytes: number }[] };
type Import = {
  id: string;
  team_id: string;
  status: string;
  error: string | null;
  documents: number;
  conversations: number;
  conversations_skipped: number;
  members: { email: string; role: string }[];
};
type Started = { import: Import; uploads: NewUpload['upload'][] };
type Named = { id: string; name: string; collection_ids: string[] };

async function exportTeam({ owner, path }: Team): Promise<Uint8Array[]> {
  const { id } = succeeded(await owner.post<Export>(`${path}/exports`));
  const ready = await readUntil(
    async () => succeeded(await owner.get<Export>(`${path}/exports/${id}`)),
    ({ status }) => status === 'ready' || status === 'failed',
  );
  expect(ready).toMatchObject({ status: 'ready', progress: 1 });
  return await Promise.all(
    ready.files.map(async ({ url }) => new Uint8Array(await (await fetch(url)).arrayBuffer())),
  );
}

async function importTeam(user: User, parts: Uint8Array[]): Promise<Import> {
  const files = parts.map(({ length }) => ({ size_bytes: length }));
  const { import: started, uploads } = succeeded(await user.post<Started>('/v1/teams/import', { files }));
  for (const [index, form] of uploads.entries())
    expect((await sendForm(form, parts[index] ?? new Uint8Array())).status).toBe(204);
  return await readUntil(
    async () => succeeded(await user.get<Import>(`/v1/teams/${started.team_id}/imports/${started.id}`)),
    ({ status }) => status === 'ready' || status === 'failed',
  );
}

/** A team with a document in a collection of its own, a bot that reads it, and conversations of two people. */
async function filledTeam(): Promise<Team> {
  const team = await newTeam();
  const { owner, path } = team;
  const collection = succeeded(await owner.post<{ id: string }>(`${path}/collections`, { name: 'Rules' }));
  const place = { collection_id: collection.id, metadata: { year: 2026 } };
  const document = await addText(owner, path, '환불 기한은 14일이다.', place);
  const bot = await newBotPath(team, {
    name: 'Guide',
    collection_ids: [collection.id],
    filter: { document_ids: [document.id] },
  });
  const member = await newMember(team, 'member');
  const question = { message: '환불 기한은 며칠인가요?', stream: false };
  for (const user of [owner, member]) succeeded(await user.post(bot, question));
  succeeded(await owner.patch(path, { name: 'Before', timezone: 'Europe/Paris' }));
  return team;
}

test('an exported team lives again elsewhere, under new ids', async () => {
  const team = await filledTeam();
  const done = await importTeam(team.owner, await exportTeam(team));
  expect(done).toMatchObject({ status: 'ready', documents: 1, conversations: 1, conversations_skipped: 1 });
  expect(done.members).toEqual([{ email: expect.any(String) as string, role: 'member' }]);

  const { owner } = team;
  const path = `/v1/teams/${done.team_id}`;
  expect(succeeded(await owner.get(path))).toMatchObject({ name: 'Before', timezone: 'Europe/Paris' });
  type Listed = { data: { id: string; status: string; metadata: object; collection_id: string }[] };
  const [document] = await readUntil(
    async () => succeeded(await owner.get<Listed>(`${path}/documents`)).data,
    ([first]) => first?.status === 'ready',
  );
  expect(document?.metadata).toEqual({ year: 2026 });
  const bots = succeeded(await owner.get<{ data: Named[] }>(`${path}/bots`)).data;
  expect(bots).toMatchObject([
    {
      name: 'Guide',
      collection_ids: [document?.collection_id],
      filter: { document_ids: [document?.id] },
    },
  ]);
  const question = { message: '환불 기한은 며칠인가요?', stream: false };
  const answer = await owner.post<{ message: { citations: { document_id: string }[] } }>(
    `${path}/bots/${bots[0]?.id}/chat`,
    question,
  );
  expect(succeeded(answer).message.citations[0]?.document_id).toBe(document?.id);
  const old = succeeded(await owner.get<Listed>(`${team.path}/documents`)).data[0];
  expect(old?.id).not.toBe(document?.id);
  type Conversations = { data: { id: string; created_at: string }[] };
  const [imported] = succeeded(await owner.get<Conversations>(`${path}/conversations`)).data.slice(-1);
  const messages = await owner.get<{ data: { citations: { document_id: string }[] }[] }>(
    `${path}/conversations/${imported?.id}/messages`,
  );
  expect(succeeded(messages).data[1]?.citations[0]?.document_id).toBe(document?.id);
});

/** A bot with another value than the default for every setting. */
function fullBot(collectionId: string) {
  return {
    name: 'Full',
    description: 'About everything',
    instructions: 'Be brief.',
    model: 'builtin/extractive',
    fallback_model: 'builtin/extractive',
    temperature: 0.7,
    max_output_tokens: 321,
    collection_ids: [collectionId],
    retrieval: { mode: 'lexical', top_k: 5, min_score: 0.3 },
    filter: { metadata: { year: 2026 } },
    no_answer: 'general',
    links: 'all',
    language: 'ko',
    greeting: 'Hello',
    starters: ['What is this?'],
  };
}

test('a bot keeps every one of its settings', async () => {
  const team = await newTeam();
  type Listed = { data: Record<string, unknown>[] };
  const [collection] = succeeded(await team.owner.get<Listed>(`${team.path}/collections`)).data;
  const wanted = fullBot(String(collection?.id));
  const defaults = Object.entries(BotInput.parse({ name: 'Full' }));
  expect(Object.keys(wanted).toSorted()).toEqual(Object.keys(BotInput.shape).toSorted());
  for (const [name, value] of defaults)
    if (name !== 'name') expect(wanted[name as keyof typeof wanted]).not.toEqual(value);
  succeeded(await team.owner.post(`${team.path}/bots`, wanted));
  const done = await importTeam(team.owner, await exportTeam(team));
  const [bot] = succeeded(await team.owner.get<Listed>(`/v1/teams/${done.team_id}/bots`)).data;
  const [place] = succeeded(await team.owner.get<Listed>(`/v1/teams/${done.team_id}/collections`)).data;
  expect(bot).toMatchObject({ ...wanted, collection_ids: [place?.id] });
});

test('a restricted collection stays restricted, and only the importing person is in it again', async () => {
  const team = await newTeam();
  const { owner, path } = team;
  const reader = await newMember(team, 'member');
  const board = { name: 'Board', access: 'restricted' };
  const { id } = succeeded(await owner.post<{ id: string }>(`${path}/collections`, board));
  for (const { id: person } of [owner, reader])
    succeeded(await owner.request('PUT', `${path}/collections/${id}/members/${person}`, { body: {} }));
  const document = await addText(owner, path, 'The code word is Juniper.', { collection_id: id });
  const question = { message: 'What is the code word?', stream: false };
  succeeded(await owner.post(await newBotPath(team, { collection_ids: [id] }), question));
  const parts = await exportTeam(team);
  const names = parts.flatMap((part) => Object.keys(unzipSync(part)));
  for (const name of names) expect(name).toMatch(/^[a-z-]+(\/[0-9a-f-]{36}){0,2}(\/[a-z]+)?\.[a-z0-9]{1,8}$/);
  const done = await importTeam(owner, parts);

  const there = `/v1/teams/${done.team_id}`;
  type Listed = { data: { id: string; name: string; access: string }[] };
  const found = succeeded(await owner.get<Listed>(`${there}/collections`)).data;
  const again = found.find(({ name }) => name === 'Board');
  expect(again).toMatchObject({ access: 'restricted' });
  type People = { data: { user_id: string }[] };
  const people = await owner.get<People>(`${there}/collections/${again?.id}/members`);
  expect(succeeded(people).data.map(({ user_id }) => user_id)).toEqual([owner.id]);
  const elsewhere = { id: done.team_id, path: there, owner };
  await newMember(elsewhere, 'member', reader);
  expect((await reader.get(`${there}/collections/${again?.id}`)).status).toBe(404);

  // The taken-over answer goes with the document that it cites, as the first one does.
  type Documents = { data: { id: string; status: string }[] };
  const [copy] = await readUntil(
    async () => succeeded(await owner.get<Documents>(`${there}/documents`)).data,
    ([first]) => first?.status === 'ready',
  );
  expect(copy?.id).not.toBe(document.id);
  const [conversation] = succeeded(await owner.get<Documents>(`${there}/conversations`)).data;
  const read = async () => (await owner.get(`${there}/conversations/${conversation?.id}/messages`)).text;
  expect(await read()).toContain('Juniper');
  succeeded(await owner.delete(`${there}/documents/${copy?.id}`));
  expect(await read()).not.toContain('Juniper');
});

test('an export holds originals, settings, people, conversations and the audit log, and no secret', async () => {
  const team = await filledTeam();
  succeeded(await team.owner.post(`${team.path}/webhooks`, { url: 'https://example.com/hook' }));
  const files = Object.assign({}, ...(await exportTeam(team)).map((part) => unzipSync(part))) as Record<
    string,
    Uint8Array
  >;
  const names = Object.keys(files);
  for (const name of ['manifest.json', 'team.json', 'members.json', 'collections.json', 'bots.json'])
    expect(names).toContain(name);
  const original = names.find((name) => /^documents\/.*\/original/.test(name)) ?? '';
  expect(Buffer.from(files[original] ?? []).toString()).toBe('환불 기한은 14일이다.');
  expect(names.some((name) => name.startsWith('conversations/'))).toBe(true);
  expect(names.some((name) => name.startsWith('audit-log/'))).toBe(true);
  const all = Object.values(files).map((bytes) => Buffer.from(bytes).toString());
  expect(all.join('')).not.toMatch(/whsec_|secret_hash/);
});

test.each([
  ['is no ZIP', () => strToU8('not a zip')],
  ['has another form', () => zipSync({ 'manifest.json': strToU8('{"format":"x"}') })],
  [
    'has hostile values',
    () =>
      zipSync({
        'manifest.json': strToU8('{"format":"rag-platform-team","version":1}'),
        'team.json': strToU8('{"name":"x","timezone":"UTC"}'),
        'members.json': strToU8('[]'),
        'collections.json': strToU8('[{"id":"1"}]'),
        'bots.json': strToU8('[]'),
      }),
  ],
])('an import of a file that %s fails and says why', async (_what, make) => {
  const done = await importTeam(await newUser(), [make()]);
  expect(done.status).toBe('failed');
  expect(done.error).toMatch(/^The file cannot be imported: /);
});

test('an archive of somebody else brings in no conversations', async () => {
  const team = await filledTeam();
  const done = await importTeam(await newUser(), await exportTeam(team));
  expect(done).toMatchObject({ status: 'ready', conversations: 0, conversations_skipped: 2 });
});

test('exports are for owners of the team, and foreign ones are missing', async () => {
  const team = await newTeam();
  const { id } = succeeded(await team.owner.post<Export>(`${team.path}/exports`));
  const admin = await newMember(team, 'admin');
  expectProblem(await admin.get(`${team.path}/exports/${id}`), 403, 'insufficient_role');
  const stranger = await newTeam();
  expectProblem(await stranger.owner.get(`${team.path}/exports/${id}`), 404, 'not_found');
  expectProblem(await stranger.owner.get(`${stranger.path}/exports/${id}`), 404, 'not_found');
});

test('a deleted team takes the files of its exports along', async () => {
  const team = await newTeam();
  const { id } = succeeded(await team.owner.post<Export>(`${team.path}/exports`));
  const { files } = await readUntil(
    async () => succeeded(await team.owner.get<Export>(`${team.path}/exports/${id}`)),
    ({ status }) => status === 'ready',
  );
  succeeded(await team.owner.delete(team.path));
  const status = await readUntil(
    async () => (await fetch(files[0]?.url ?? '')).status,
    (found) => found === 404,
  );
  expect(status).toBe(404);
});
