import { randomUUID } from 'node:crypto';
import {
  type Answer,
  type Client,
  type Json,
  newKey,
  newMember,
  newTeam,
  succeeded,
  type Team,
  type User,
} from '#tests/support/api.ts';
import { type ChatAnswer, newBotPath } from '#tests/support/chat.ts';
import { ALL_ROUTES } from '#tests/support/routes.ts';
import { addText } from '#tests/support/upload.ts';

type Things = { data: { id: string }[] };
type Hits = { data: { title: string; text: string }[] };

/** A word that stands in the restricted collection only, in a document's text and title. */
const SECRET = 'zebrawood';
const RESTRICTED_TEXT = `The ${SECRET} bonus of the board is 900000 won a year, paid in May.`;

let team: Team;
let owner: User;
let insider: User;
let restricted: string;
let document: string;
let chunk: string;
let bot: string;
/** Who sees the restricted collection, and who does not, by name. */
const seers = new Map<string, Client>();
const others = new Map<string, Client>();

beforeAll(async () => {
  team = await newTeam();
  owner = team.owner;
  const create = { name: 'Board', access: 'restricted' };
  restricted = String(succeeded(await owner.post(`${team.path}/collections`, create)).id);
  insider = await newMember(team, 'viewer');
  expect((await owner.request('PUT', memberPath(insider), { body: {} })).status).toBe(204);
  const standard = { title: 'Leave.md' };
  await addText(owner, team.path, 'The yearly leave is 15 days. The bonus is paid in December.', standard);
  const options = { title: `${SECRET}.md`, collection_id: restricted };
  document = (await addText(owner, team.path, RESTRICTED_TEXT, options)).id;
  const chunks = succeeded(await owner.get<Things>(`${team.path}/documents/${document}/chunks`));
  chunk = String(chunks.data[0]?.id);
  const collections = succeeded(await owner.get<Things>(`${team.path}/collections`));
  const collection_ids = collections.data.map(({ id }) => id);
  bot = await newBotPath(team, { model: 'builtin/extractive', collection_ids });
  await fillPersonas();
});

async function fillPersonas(): Promise<void> {
  const scopes = ['search', 'chat', 'documents:read', 'documents:write', 'bots:read'] as const;
  const admin = await newMember(team, 'admin');
  const demoted = await newMember(team, 'admin');
  const named = { collection_ids: [restricted] };
  seers.set('owner', owner);
  seers.set('admin', admin);
  seers.set('member of the collection', insider);
  seers.set('key that names it', await newKey(team, [...scopes], { ...named, creator: admin }));
  others.set('other member', await newMember(team, 'member'));
  others.set('other viewer', await newMember(team, 'viewer'));
  others.set('key of an owner without collections', await newKey(team, [...scopes]));
  const standard = succeeded(await owner.get<Things>(`${team.path}/collections`)).data.at(-1)?.id;
  others.set('key of other collections', await newKey(team, [...scopes], { collection_ids: [standard] }));
  const both = { collection_ids: [restricted, standard], creator: demoted };
  others.set('key that names it, of somebody demoted', await newKey(team, [...scopes], both));
  succeeded(await owner.patch(`${team.path}/members/${demoted.id}`, { role: 'member' }));
  const left = await newMember(team, 'member');
  await owner.request('PUT', memberPath(left), { body: {} });
  await left.delete(`${team.path}/members/${left.id}`);
  others.set('member who left and came back', await newMember(team, 'member', left));
}

const memberPath = (user: User) => `${team.path}/collections/${restricted}/members/${user.id}`;

function fill(path: string, ids: Record<string, string>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? randomUUID());
}

const ids = () => ({ team_id: team.id, collection_id: restricted, document_id: document, chunk_id: chunk });
const unknown = () => ({ ...ids(), collection_id: randomUUID(), document_id: randomUUID() });

/** Every route that names a collection or a document in its path. */
const NAMING = ALL_ROUTES.filter(({ path }) => /\{(collection|document)_id\}/.test(path));
const READING = NAMING.filter(({ method }) => method === 'GET');

const BODIES: Record<string, Json> = {
  'PATCH /v1/teams/{team_id}/collections/{collection_id}': { description: 'x' },
  'PATCH /v1/teams/{team_id}/documents/{document_id}': { title: 'x' },
};

const call = (
  client: Client,
  { method, path }: { method: string; path: string },
  named: Record<string, string>,
) =>
  client.request(
    method,
    fill(path, named),
    method === 'GET' ? {} : { body: BODIES[`${method} ${path}`] ?? {} },
  );

function shown({ status, body }: Answer): unknown {
  return { status, body: { ...body, request_id: '' } };
}

describe('for others a restricted collection does not exist', () => {
  test('on any route that names it or a document in it', async () => {
    expect(NAMING.length).toBeGreaterThan(12);
    for (const [who, client] of others) {
      for (const route of NAMING) {
        const answer = await call(client, route, ids());
        const missing = await call(client, route, unknown());
        expect([who, route.method, route.path, shown(answer)]).toEqual([
          who,
          route.method,
          route.path,
          shown(missing),
        ]);
        expect([who, route.method, route.path, answer.status]).toEqual([
          who,
          route.method,
          route.path,
          // Of roles and scopes the path decides first, whatever it names.
          missing.status === 403 ? 403 : 404,
        ]);
      }
    }
  });

  test('while those who see it reach it on each route that reads', async () => {
    for (const [who, client] of seers) {
      for (const route of READING) {
        if (who.startsWith('key') && route.path.endsWith('/members')) continue;
        const { status } = await call(client, route, ids());
        expect([who, route.path, status]).toEqual([
          who,
          route.path,
          route.path.endsWith('/download') ? 302 : 200,
        ]);
      }
    }
  });

  test('in lists, by filters and in counts', async () => {
    const lists = [
      '/collections',
      '/documents',
      `/documents?collection_id=${restricted}`,
      `/documents?q=${SECRET}`,
    ];
    for (const [who, client] of others)
      for (const path of lists)
        expect([who, path, (await client.get(team.path + path)).text]).not.toEqual([
          who,
          path,
          expect.stringMatching(new RegExp(`${SECRET}|${restricted}|${document}|Board`)),
        ]);
    for (const [who, client] of seers)
      for (const path of lists)
        expect([who, path, (await client.get(team.path + path)).text]).toEqual([
          who,
          path,
          expect.stringMatching(new RegExp(restricted)),
        ]);
  });

  test('in a deletion of several documents', async () => {
    const body = { document_ids: [document] };
    for (const [who, client] of others) {
      const answer = await client.post(`${team.path}/documents/delete`, body);
      if (answer.status !== 403)
        expect([who, answer.body]).toEqual([who, { deleted: [], not_found: [document], forbidden: [] }]);
    }
    expect((await owner.get(`${team.path}/documents/${document}`)).status).toBe(200);
  });

  test.each(['hybrid', 'vector', 'lexical'])('in a %s search, whatever it names', async (mode) => {
    const search = (client: Client, more: Json = {}) =>
      client.post<Hits>(`${team.path}/search`, { query: `When is the ${SECRET} bonus paid?`, mode, ...more });
    const narrowings = [
      {},
      { collection_ids: [restricted] },
      { filter: { document_ids: [document] } },
      { filter: { collection_ids: [restricted] } },
      { filter: { metadata: { x: { exists: false } } } },
    ];
    for (const more of narrowings) {
      for (const [who, client] of others) {
        const { text } = await search(client, more);
        expect([who, more, text.includes(SECRET)]).toEqual([who, more, false]);
      }
      for (const [who, client] of seers) {
        const hits = succeeded(await search(client, more)).data;
        expect([who, more, hits[0]?.text]).toEqual([who, more, RESTRICTED_TEXT]);
      }
    }
  });

  test('in the search of a key that is limited to bots', async () => {
    const bot_ids = [bot.split('/').at(-2)];
    const key = await newKey(team, ['search', 'chat'], { bot_ids });
    const found = succeeded(await key.post<Hits>(`${team.path}/search`, { query: `${SECRET} bonus` }));
    expect(found.data.map(({ title }) => title)).toEqual(['Leave.md']);
  });

  test('in spelling help: a misspelt word leads to no word of it', async () => {
    const query = SECRET.replace('w', 'v');
    const search = (client: Client) => client.post<Hits>(`${team.path}/search`, { query, mode: 'lexical' });
    for (const [who, client] of others)
      expect([who, succeeded(await search(client)).data]).toEqual([who, []]);
    expect(succeeded(await search(owner)).data).toHaveLength(1);
  });
});

describe('a bot that reads it', () => {
  const ask = (client: Client, message: string) => client.post<ChatAnswer>(bot, { message, stream: false });

  test('answers from it only for those who see it', async () => {
    const question = `When is the ${SECRET} bonus of the board paid?`;
    for (const [who, client] of seers)
      expect([who, (await ask(client, question)).text]).toEqual([who, expect.stringContaining('May')]);
    for (const [who, client] of others) {
      const { text, status } = await ask(client, question);
      expect([who, status, /May|900000|zebrawood\.md/.test(text)]).toEqual([who, 200, false]);
    }
  });

  test('streams nothing of it either', async () => {
    for (const [who, client] of others) {
      const { text } = await client.post(bot, { message: `When is the ${SECRET} bonus paid?` });
      expect([who, text.includes('message_start'), /900000|zebrawood\.md/.test(text)]).toEqual([
        who,
        true,
        false,
      ]);
    }
  });

  test('answers an OpenAI client in the same way', async () => {
    const model = bot.split('/').at(-2);
    const messages = [{ role: 'user', content: `When is the ${SECRET} bonus of the board paid?` }];
    for (const [group, isSeen] of [
      [seers, true],
      [others, false],
    ] as const)
      for (const [who, client] of group) {
        const { status, text } = await client.post('/v1/chat/completions', { model, messages });
        expect([who, status, /May|900000|zebrawood\.md/.test(text)]).toEqual([who, 200, isSeen]);
      }
  });

  test('names its documents only to those who see them', async () => {
    for (const [who, client] of seers)
      expect([who, (await ask(client, 'Which documents do you have?')).text]).toEqual([
        who,
        expect.stringContaining(SECRET),
      ]);
    for (const [who, client] of others)
      expect([who, (await ask(client, 'Which documents do you have?')).text]).not.toEqual([
        who,
        expect.stringContaining(SECRET),
      ]);
  });

  test('shows its collections only as far as the reader sees them', async () => {
    const path = bot.replace(/\/chat$/, '');
    for (const [who, client] of others)
      for (const shownOf of [path, path.replace(/\/[^/]+$/, '')])
        expect([who, (await client.get(shownOf)).text]).not.toEqual([
          who,
          expect.stringContaining(restricted),
        ]);
    expect((await insider.get(path)).text).toContain(restricted);
    const filter = { collection_ids: [restricted], document_ids: [document] };
    const filtered = (await newBotPath(team, { filter })).replace(/\/chat$/, '');
    for (const [who, client] of others)
      expect([who, (await client.get(filtered)).text]).not.toEqual([
        who,
        expect.stringMatching(`${restricted}|${document}`),
      ]);
    expect((await insider.get(filtered)).body.filter).toEqual(filter);
  });
});
