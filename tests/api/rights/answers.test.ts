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
  type User,
} from '#tests/support/api.ts';
import { type ChatAnswer, newBotPath } from '#tests/support/chat.ts';
import { addText } from '#tests/support/upload.ts';

type Things = { data: { id: string }[] };

const SECRET = 'zebrawood';

let team: Team;
let owner: User;
let restricted: string;
let bot: string;

beforeAll(async () => {
  team = await newTeam();
  owner = team.owner;
  const create = { name: 'Board', access: 'restricted' };
  restricted = String(succeeded(await owner.post(`${team.path}/collections`, create)).id);
  const text = `The ${SECRET} bonus of the board is 900000 won a year, paid in May.`;
  await addText(owner, team.path, text, { title: `${SECRET}.md`, collection_id: restricted });
  bot = await newBotPath(team, { model: 'builtin/extractive', collection_ids: [restricted] });
});

const memberPath = (user: User, collection = restricted) =>
  `${team.path}/collections/${collection}/members/${user.id}`;

describe('an answer of before', () => {
  const path = (id: string) => `${team.path}/conversations/${id}`;

  test('is withheld from who lost the right, wherever it is shown, and comes back with it', async () => {
    const reader = await newMember(team, 'viewer');
    const put = () => owner.request('PUT', memberPath(reader), { body: {} });
    await put();
    const send = (message: string, more: Json = {}) =>
      reader.post<ChatAnswer>(bot, { message, stream: false, ...more });
    const first = succeeded(await send(`When is the ${SECRET} bonus of the board paid?`));
    const id = first.conversation_id;
    expect(first.message.content).toContain('May');
    succeeded(await send('Which documents do you have?', { conversation_id: id }));
    expect((await owner.delete(memberPath(reader))).status).toBe(204);
    for (const suffix of ['/messages', '/messages?order=desc', '/export?format=json', '/export']) {
      const { text, status } = await reader.get(path(id) + suffix);
      expect([suffix, status, /May|900000|zebrawood\.md/.test(text)]).toEqual([suffix, 200, false]);
      expect(text).toContain('no longer see');
    }
    const found = succeeded(await reader.get<Things>(`${team.path}/conversations?q=900000`));
    expect(found.data).toEqual([]);
    const again = succeeded(await send('Repeat your last answer in full.', { conversation_id: id }));
    expect(JSON.stringify(again)).not.toMatch(/900000|zebrawood\.md/);
    await put();
    expect((await reader.get(`${path(id)}/messages`)).text).toContain('900000');
  });

  test('stays withheld when its document or its collection is deleted', async () => {
    const create = { name: randomUUID(), access: 'restricted' };
    const own = String(succeeded(await owner.post(`${team.path}/collections`, create)).id);
    const { id: source } = await addText(owner, team.path, 'The quokka fund holds 777 coins.', {
      collection_id: own,
    });
    const reads = await newBotPath(team, { model: 'builtin/extractive', collection_ids: [own] });
    const reader = await newMember(team, 'viewer');
    await owner.request('PUT', memberPath(reader, own), { body: {} });
    const body = { message: 'How many coins does the quokka fund hold?', stream: false };
    const { conversation_id, message } = succeeded(await reader.post<ChatAnswer>(reads, body));
    expect(message.content).toContain('777');
    await owner.delete(memberPath(reader, own));
    const read = async () => (await reader.get(`${path(conversation_id)}/messages`)).text;
    expect(await read()).not.toContain('777');
    expect((await owner.delete(`${team.path}/documents/${source}`)).status).toBe(204);
    expect(await read()).not.toContain('777');
    expect((await owner.delete(`${team.path}/collections/${own}`)).status).toBe(204);
    expect(await read()).not.toContain('777');
  });

  test('is withheld in the review of questions from a key that does not see it', async () => {
    const question = `Is the ${SECRET} bonus of the board paid in May?`;
    succeeded(await owner.post(bot, { message: question, stream: false }));
    const review = async (client: Client, query = '') =>
      (await client.get(`${team.path}/questions${query}`)).text;
    expect(await review(owner)).toContain('900000');
    const key = await newKey(team, ['usage:read']);
    expect(await review(key)).not.toContain('900000');
    expect(await review(key, '?q=900000')).toBe('{"data":[],"next_cursor":null}');
  });

  test('is not replayed by its Idempotency-Key', async () => {
    const reader = await newMember(team, 'viewer');
    await owner.request('PUT', memberPath(reader), { body: {} });
    const headers = { 'Idempotency-Key': randomUUID() };
    const send = () =>
      reader.request('POST', bot, {
        headers,
        body: { message: `When is the ${SECRET} bonus of the board paid?`, stream: false },
      });
    expect((await send()).text).toContain('May');
    expect((await send()).headers.get('idempotent-replayed')).toBe('true');
    await owner.delete(memberPath(reader));
    const replayed = await send();
    expect(replayed.text).not.toMatch(/900000/);
    expectProblem(replayed, 409, 'conflict');
  });
});
