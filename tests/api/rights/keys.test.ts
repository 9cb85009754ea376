import {
  clientFor,
  expectProblem,
  type Json,
  type Key,
  newKey,
  newMember,
  newTeam,
  succeeded,
  type Team,
  type User,
} from '#tests/support/api.ts';
import { ask, newBotPath } from '#tests/support/chat.ts';
import { addText } from '#tests/support/upload.ts';

type ApiKey = { id: string; status: string; created_by: string };
type Entry = { action: string; actor: { type: string; id: string }; target: { id: string } | null };

let team: Team;
let owner: User;
let admin: User;

beforeEach(async () => {
  team = await newTeam();
  owner = team.owner;
  admin = await newMember(team, 'admin');
});

async function stateOf(key: Key): Promise<string | undefined> {
  const { data } = succeeded(await owner.get<{ data: ApiKey[] }>(`${team.path}/api-keys`));
  return data.find(({ id }) => id === key.id)?.status;
}

const pathOf = (key: Key) => `${team.path}/api-keys/${key.id}`;
const rotate = (user: User, key: Key) =>
  user.post<ApiKey & { key: string }>(`${pathOf(key)}/rotate`, { overlap_minutes: 0 });
const removeFromTeam = (user: User) => owner.delete(`${team.path}/members/${user.id}`);
const works = async (key: Key) => (await key.get('/v1/teams')).status === 200;

describe('a key of somebody above', () => {
  test('is neither rotated, nor changed, nor deleted by an admin', async () => {
    const key = await newKey(team, ['search'], { monthly_budget_usd: 1 });
    expectProblem(await rotate(admin, key), 403, 'insufficient_role');
    for (const change of [
      { monthly_budget_usd: null },
      { scopes: ['search', 'bots:write'] },
      { expires_at: null },
    ])
      expectProblem(await admin.patch(pathOf(key), change), 403, 'insufficient_role');
    expectProblem(await admin.delete(pathOf(key)), 403, 'insufficient_role');
    expect(await works(key)).toBe(true);
  });

  test('is so by the roles of the moment', async () => {
    const key = await newKey(team, ['search'], { creator: admin });
    const other = await newMember(team, 'admin');
    succeeded(await owner.patch(`${team.path}/members/${admin.id}`, { role: 'owner' }));
    expectProblem(await rotate(other, key), 403, 'insufficient_role');
    succeeded(await owner.patch(`${team.path}/members/${admin.id}`, { role: 'member' }));
    expect((await rotate(other, key)).status).toBe(200);
  });
});

test('a rotated key acts for who rotated it, and the audit log says so', async () => {
  const other = await newMember(team, 'admin');
  const key = await newKey(team, ['bots:write'], { creator: other });
  const rotated = succeeded(await rotate(admin, key));
  expect(rotated.created_by).toBe(admin.id);
  const { id } = succeeded(
    await clientFor(rotated.key).post<{ id: string }>(`${team.path}/bots`, { name: 'x' }),
  );
  const { data } = succeeded(await owner.get<{ data: Entry[] }>(`${team.path}/audit-log`));
  expect(data.find(({ target }) => target?.id === id)?.actor).toMatchObject({ type: 'api_key', id: key.id });
  expect(data.find(({ action }) => action === 'api_key.rotated')?.actor).toMatchObject({
    type: 'user',
    id: admin.id,
  });
  // It left its first creator: his leaving does not end it.
  await removeFromTeam(other);
  expect((await clientFor(rotated.key).get('/v1/teams')).status).toBe(200);
  await removeFromTeam(admin);
  expect((await clientFor(rotated.key).get('/v1/teams')).status).toBe(401);
});

test('a rotated key does not read the conversations that it had for somebody else', async () => {
  const other = await newMember(team, 'admin');
  const key = await newKey(team, ['chat'], { creator: other });
  const { conversation_id } = await ask(key, await newBotPath(team), '연차는 며칠인가요?');
  const { key: next } = succeeded(await rotate(admin, key));
  const path = `${team.path}/conversations`;
  expect(succeeded(await clientFor(next).get<{ data: Json[] }>(path)).data).toEqual([]);
  expectProblem(await clientFor(next).get(`${path}/${conversation_id}/messages`), 404, 'not_found');
});

describe('the keys of somebody who leaves the team', () => {
  test('are revoked, stay listed as that until they are deleted, and are in the audit log', async () => {
    const key = await newKey(team, ['search'], { creator: admin });
    expect(await stateOf(key)).toBe('active');
    await removeFromTeam(admin);
    expect(await stateOf(key)).toBe('revoked');
    const { data } = succeeded(
      await owner.get<{ data: Entry[] }>(`${team.path}/audit-log?action=api_key.revoked`),
    );
    expect(data).toMatchObject([
      { actor: { id: owner.id }, target: { id: key.id }, after: { reason: 'member.removed' } },
    ]);
    expectProblem(await rotate(owner, key), 404, 'not_found');
    expectProblem(await owner.patch(pathOf(key), { name: 'x' }), 404, 'not_found');
    expect((await owner.delete(pathOf(key))).status).toBe(204);
    expect(await stateOf(key)).toBeUndefined();
  });

  test.each(['viewer', 'admin'] as const)('do not rise when they come back as %s', async (role) => {
    const key = await newKey(team, ['search'], { creator: admin });
    expect((await admin.delete(`${team.path}/members/${admin.id}`)).status).toBe(204);
    await newMember(team, role, admin);
    expect(await works(key)).toBe(false);
    expect(await stateOf(key)).toBe('revoked');
  });
});

test('a key is suspended while the role of its creator allows none of its scopes', async () => {
  const key = await newKey(team, ['bots:write'], { creator: admin });
  const searches = await newKey(team, ['bots:write', 'search'], { creator: admin });
  const become = (role: string) => owner.patch(`${team.path}/members/${admin.id}`, { role });
  succeeded(await become('member'));
  expect(await stateOf(key)).toBe('suspended');
  expect(await stateOf(searches)).toBe('active');
  expectProblem(await key.post(`${team.path}/bots`, { name: 'x' }), 403, 'insufficient_role');
  succeeded(await become('admin'));
  expect(await stateOf(key)).toBe('active');
});

describe('bot_ids', () => {
  test('go with the scopes chat, search and bots:read only, also in a change', async () => {
    const bot_ids = [(await newBotPath(team)).split('/').at(-2)];
    for (const scope of ['documents:read', 'documents:write', 'bots:write', 'embeddings', 'usage:read']) {
      const body = { name: 'x', scopes: ['chat', scope], bot_ids };
      expectProblem(await owner.post(`${team.path}/api-keys`, body), 422, 'validation_failed');
    }
    const limited = await newKey(team, ['chat', 'search', 'bots:read'], { bot_ids });
    expectProblem(await owner.patch(pathOf(limited), { scopes: ['bots:write'] }), 422, 'validation_failed');
    const free = await newKey(team, ['documents:read']);
    expectProblem(await owner.patch(pathOf(free), { bot_ids }), 422, 'validation_failed');
  });

  test('limit a search to what these bots read, their filters included', async () => {
    const { id: secret } = succeeded(await owner.post(`${team.path}/collections`, { name: 'secret' }));
    await addText(owner, team.path, 'The salary of the chief is 900000 won.', { collection_id: secret });
    await addText(owner, team.path, 'The salary day is the 25th.', { metadata: { kind: 'public' } });
    await addText(owner, team.path, 'The salary table is confidential.', { metadata: { kind: 'internal' } });
    const bot = await newBotPath(team, { filter: { metadata: { kind: 'public' } } });
    const other = await newBotPath(team, { filter: { metadata: { kind: 'none' } } });
    const idOf = (path: string) => String(path.split('/').at(-2));
    for (const bot_ids of [[idOf(bot)], [idOf(bot), idOf(other)]]) {
      const key = await newKey(team, ['chat', 'search'], { bot_ids });
      for (const mode of ['hybrid', 'lexical', 'vector']) {
        const search = (more: Json) =>
          key.post<{ data: { text: string }[] }>(`${team.path}/search`, { query: 'salary', mode, ...more });
        const found = succeeded(await search({})).data.map(({ text }) => text);
        expect([mode, found]).toEqual([mode, [expect.stringContaining('25th')]]);
        expect(succeeded(await search({ collection_ids: [secret] })).data).toEqual([]);
      }
    }
  });
});

describe('collection_ids', () => {
  let open: string;
  let closed: string;
  let document: string;

  beforeEach(async () => {
    open = String(succeeded(await owner.post(`${team.path}/collections`, { name: 'open' })).id);
    closed = String(succeeded(await owner.post(`${team.path}/collections`, { name: 'closed' })).id);
    await addText(owner, team.path, 'Travel is paid by the day: 80 dollars.', {
      collection_id: open,
      title: 'open.md',
    });
    const hidden = { collection_id: closed, title: 'closed.md' };
    document = (await addText(owner, team.path, 'Travel of the board is paid in full.', hidden)).id;
  });

  test('that are none of the team’s are refused', async () => {
    const foreign = succeeded(await (await newTeam()).owner.get<{ data: Json[] }>('/v1/teams')).data;
    const body = { name: 'x', scopes: ['search'], collection_ids: [foreign[0]?.id] };
    expectProblem(await owner.post(`${team.path}/api-keys`, body), 422, 'validation_failed');
  });

  test('are all that a key sees, adds to and changes', async () => {
    const key = await newKey(team, ['search', 'documents:read', 'documents:write'], {
      collection_ids: [open],
    });
    const list = async (path: string) =>
      succeeded(await key.get<{ data: { id: string; collection_id: string }[] }>(team.path + path)).data;
    expect((await list('/collections')).map(({ id }) => id)).toEqual([open]);
    expect((await list('/documents')).map(({ collection_id }) => collection_id)).toEqual([open]);
    for (const mode of ['hybrid', 'lexical', 'vector']) {
      const found = await key.post<{ data: Json[] }>(`${team.path}/search`, { query: 'Travel board', mode });
      expect(succeeded(found).data.map(({ title }) => title)).toEqual(['open.md']);
    }
    const path = `${team.path}/documents/${document}`;
    for (const refused of [
      await key.get(path),
      await key.get(`${path}/chunks`),
      await key.get(`${path}/download`),
      await key.patch(path, { title: 'x' }),
      await key.delete(path),
      await key.post(`${path}/retry`),
    ])
      expectProblem(refused, 404, 'not_found');
    for (const collection_id of [closed, undefined]) {
      const body = { title: 'x.md', text: 'x', collection_id };
      expectProblem(await key.post(`${team.path}/documents/text`, body), 422, 'validation_failed');
    }
    expectProblem(await key.post(`${team.path}/collections`, { name: 'x' }), 403, 'insufficient_scope');
    expect((await addText(key, team.path, 'x', { collection_id: open })).collection_id).toBe(open);
  });

  test('are intersected with those of a bot; with nothing left there is no such bot', async () => {
    const both = await newBotPath(team, { collection_ids: [open, closed], model: 'builtin/extractive' });
    const none = await newBotPath(team, { collection_ids: [closed] });
    const key = await newKey(team, ['chat', 'bots:read'], { collection_ids: [open] });
    const idOf = (path: string) => String(path.split('/').at(-2));
    expect(
      (await ask(key, both, 'How is travel of the board paid?')).message.citations.map(({ title }) => title),
    ).toEqual(['open.md']);
    expectProblem(await key.post(none, { message: 'x' }), 404, 'not_found');
    const completion = { model: idOf(none), messages: [{ role: 'user', content: 'x' }] };
    expect((await key.post('/v1/chat/completions', completion)).status).toBe(404);
    const bots = succeeded(await key.get<{ data: Json[] }>(`${team.path}/bots`)).data;
    expect(bots).toMatchObject([{ id: idOf(both), collection_ids: [open] }]);
    const models = succeeded(await key.get<{ data: Json[] }>('/v1/models')).data;
    expect(models.map(({ id }) => id)).toEqual([idOf(both)]);
  });
});

test('a key learns of bots, budget and settings only what it may use', async () => {
  await newBotPath(team);
  succeeded(await owner.patch(team.path, { monthly_budget_usd: 5 }));
  const embeds = await newKey(team, ['embeddings']);
  expect(succeeded(await embeds.get('/v1/models'))).toEqual({ object: 'list', data: [] });
  expect(Object.keys(succeeded(await embeds.get(team.path))).sort()).toEqual([
    'created_at',
    'id',
    'name',
    'timezone',
  ]);
  const counts = await newKey(team, ['usage:read']);
  expect(succeeded(await counts.get(team.path))).toMatchObject({ monthly_budget_usd: 5 });
});
