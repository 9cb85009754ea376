import { randomUUID } from 'node:crypto';
import { describeAccess } from '#tests/support/access.ts';
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

type Bot = Json & { id: string; name: string; model: string; collection_ids: string[]; retrieval: Json };
type Page = { data: Bot[]; next_cursor: string | null };
type Models = { object: string; data: { id: string; object: string; created: number; owned_by: string }[] };

let team: Team;
let owner: Client;
const bots = () => `${team.path}/bots`;

beforeAll(async () => {
  team = await newTeam();
  owner = team.owner;
});

async function newBot(body: Json = {}, at = team): Promise<Bot> {
  return succeeded(await at.owner.post<Bot>(`${at.path}/bots`, { name: 'Bot', ...body }));
}

async function collectionsOf(at: Team): Promise<string[]> {
  const { data } = succeeded(await at.owner.get<{ data: { id: string }[] }>(`${at.path}/collections`));
  return data.map(({ id }) => id);
}

describeAccess([
  { method: 'GET', path: '/bots', role: 'viewer', scope: 'bots:read' },
  { method: 'POST', path: '/bots', role: 'admin', scope: 'bots:write', body: { name: 'x' } },
  { method: 'GET', path: '/bots/{id}', role: 'viewer', scope: 'bots:read' },
  { method: 'PATCH', path: '/bots/{id}', role: 'admin', scope: 'bots:write', body: { name: 'x' } },
  { method: 'DELETE', path: '/bots/{id}', role: 'admin', scope: 'bots:write' },
  { method: 'GET', path: '/llm-models', role: 'viewer', scope: 'bots:read' },
]);

test('a bot needs only a name: everything else has a default', async () => {
  const answer = await owner.post<Bot>(bots(), { name: '도우미' });
  expect(answer.status).toBe(201);
  expect(answer.body).toEqual({
    id: expect.any(String),
    name: '도우미',
    description: '',
    instructions: '',
    model: 'openai/gpt-6-luna',
    fallback_model: null,
    temperature: 0.2,
    max_output_tokens: 1_024,
    collection_ids: await collectionsOf(team),
    filter: null,
    retrieval: { mode: 'hybrid', top_k: 8, min_score: null },
    no_answer: 'refuse',
    links: 'cited',
    language: 'auto',
    greeting: '',
    starters: [],
    created_at: expect.any(String),
  });
});

test('a bot is read, changed field by field, and deleted', async () => {
  const body = {
    name: 'HR',
    description: '인사 도우미',
    instructions: '정중하게 답하세요.',
    model: 'builtin/extractive',
    fallback_model: 'openai/gpt-stub',
    temperature: 1.5,
    max_output_tokens: 500,
    retrieval: { mode: 'lexical', top_k: 3, min_score: 0.35 },
    no_answer: 'general',
    language: 'ko',
    greeting: '안녕하세요! 인사 규정을 알려 드립니다.',
    starters: ['연차는 며칠인가요?', 'How do I apply for leave?'],
  };
  const made = await newBot(body);
  expect(made).toMatchObject(body);
  const path = `${bots()}/${made.id}`;
  expect(succeeded(await owner.get(path))).toEqual(made);

  const renamed = succeeded(await owner.patch(path, { name: 'Personnel', fallback_model: null }));
  expect(renamed).toEqual({ ...made, name: 'Personnel', fallback_model: null });
  const retuned = succeeded(await owner.patch(path, { retrieval: { mode: 'vector' } }));
  expect(retuned).toEqual({ ...renamed, retrieval: { mode: 'vector', top_k: 3, min_score: 0.35 } });
  const calibrated = succeeded(await owner.patch(path, { retrieval: { min_score: null }, starters: [] }));
  expect(calibrated).toEqual({
    ...retuned,
    starters: [],
    retrieval: { mode: 'vector', top_k: 3, min_score: null },
  });

  expect((await owner.delete(path)).status).toBe(204);
  expectProblem(await owner.get(path), 404, 'not_found');
  expectProblem(await owner.patch(path, { name: 'x' }), 404, 'not_found');
  expectProblem(await owner.delete(path), 404, 'not_found');
});

test.each<[string, Json, string]>([
  ['no name', { name: undefined }, 'name'],
  ['a blank name', { name: ' ' }, 'name'],
  ['no model', { model: '' }, 'model'],
  ['a temperature above 2', { temperature: 2.1 }, 'temperature'],
  ['an answer of no length', { max_output_tokens: 0 }, 'max_output_tokens'],
  ['no collections', { collection_ids: [] }, 'collection_ids'],
  ['a collection that cannot be', { collection_ids: ['default'] }, 'collection_ids.0'],
  ['an unknown mode', { retrieval: { mode: 'psychic' } }, 'retrieval.mode'],
  ['too many passages', { retrieval: { top_k: 51 } }, 'retrieval.top_k'],
  ['a score out of range', { retrieval: { min_score: 1.1 } }, 'retrieval.min_score'],
  ['another answer to nothing', { no_answer: 'guess' }, 'no_answer'],
  ['a greeting without end', { greeting: 'x'.repeat(1_001) }, 'greeting'],
  ['seven starters', { starters: Array(7).fill('연차는?') }, 'starters'],
  ['a blank starter', { starters: ['연차는?', ' '] }, 'starters.1'],
  ['a starter without end', { starters: ['x'.repeat(201)] }, 'starters.0'],
  ['a language in words', { language: 'Korean' }, 'language'],
])('a bot with %s is refused by field', async (_what, change, path) => {
  const answer = await owner.post(bots(), { name: 'x', ...change });
  expectProblem(answer, 422, 'validation_failed');
  expect(answer.body.errors).toMatchObject([{ path }]);
});

test('an unknown model is a 422, when creating and when changing', async () => {
  const { id } = await newBot();
  for (const model of ['gpt-4o', 'openai', 'google/gemini', 'builtin/magic']) {
    expectProblem(await owner.post(bots(), { name: 'x', model }), 422, 'unknown_model');
    expectProblem(await owner.post(bots(), { name: 'x', fallback_model: model }), 422, 'unknown_model');
    expectProblem(await owner.patch(`${bots()}/${id}`, { model }), 422, 'unknown_model');
  }
});

test('another team’s collection is refused like an unknown one, when creating and when changing', async () => {
  const { id } = await newBot();
  const [foreign] = await collectionsOf(await newTeam());
  for (const missing of [foreign, randomUUID()]) {
    const refused = [
      await owner.post(bots(), { name: 'x', collection_ids: [missing] }),
      await owner.patch(`${bots()}/${id}`, { collection_ids: [missing] }),
    ];
    for (const answer of refused) {
      expectProblem(answer, 422, 'validation_failed');
      expect(answer.body.errors).toEqual([
        { path: 'collection_ids', message: `no such collection: ${missing}` },
      ]);
    }
  }
});

test('an empty change is refused, and a refused one changes nothing', async () => {
  const made = await newBot();
  const path = `${bots()}/${made.id}`;
  expectProblem(await owner.patch(path, {}), 422, 'validation_failed');
  expectProblem(await owner.patch(path, { name: 'changed', model: 'nobody/knows' }), 422, 'unknown_model');
  expect(succeeded(await owner.get(path))).toEqual(made);
});

test('bots of another team are answered like missing ones', async () => {
  const { id } = await newBot();
  const other = await newTeam();
  for (const method of ['GET', 'PATCH', 'DELETE']) {
    const body = method === 'PATCH' ? { body: { name: 'stolen' } } : {};
    expectProblem(await other.owner.request(method, `${other.path}/bots/${id}`, body), 404, 'not_found');
  }
});

test('lists are paged, newest first', async () => {
  const fresh = await newTeam();
  for (const name of ['a', 'b', 'c']) await newBot({ name }, fresh);
  const first = succeeded(await fresh.owner.get<Page>(`${fresh.path}/bots?limit=2`));
  const rest = succeeded(
    await fresh.owner.get<Page>(`${fresh.path}/bots?limit=2&cursor=${first.next_cursor}`),
  );
  expect([...first.data, ...rest.data].map(({ name }) => name)).toEqual(['c', 'b', 'a']);
  expect(rest.next_cursor).toBeNull();
});

test('deleting a collection removes it from its bots', async () => {
  const { id } = succeeded(
    await owner.post<{ id: string }>(`${team.path}/collections`, { name: randomUUID() }),
  );
  const [standard] = (await collectionsOf(team)).toReversed();
  const bot = await newBot({ collection_ids: [id, standard] });
  expect((await owner.delete(`${team.path}/collections/${id}`)).status).toBe(204);
  expect(succeeded(await owner.get<Bot>(`${bots()}/${bot.id}`)).collection_ids).toEqual([standard]);
});

test('a key limited to some bots sees and uses only those', async () => {
  const [mine, other] = [await newBot({ name: 'mine' }), await newBot({ name: 'other' })];
  const key = await newKey(team, ['bots:read', 'chat'], { bot_ids: [mine.id] });
  const { data } = succeeded(await key.get<Page>(bots()));
  expect(data.map(({ name }) => name)).toEqual(['mine']);
  expect((await key.get(`${bots()}/${mine.id}`)).status).toBe(200);
  const question = { message: '안녕하세요', stream: false };
  for (const refused of [
    await key.get(`${bots()}/${other.id}`),
    await key.post(`${bots()}/${other.id}/chat`, question),
  ])
    expectProblem(refused, 404, 'not_found');
  const models = succeeded(await key.get<Models>('/v1/models'));
  expect(models.data.map(({ id }) => id)).toEqual([mine.id]);
});

describe('the models', () => {
  test('that a bot may use are listed with prices, and whether they are configured', async () => {
    type LlmModels = {
      data: { id: string; provider: string; configured: boolean; input_usd_per_million: number }[];
    };
    const { data } = succeeded(await owner.get<LlmModels>(`${team.path}/llm-models`));
    expect(data.find(({ id }) => id === 'builtin/extractive')).toMatchObject({
      provider: 'builtin',
      configured: true,
      input_usd_per_million: 0,
    });
    for (const provider of ['openai', 'anthropic']) {
      const some = data.find((model) => model.provider === provider);
      expect(some?.configured).toBe(true);
      expect(some?.input_usd_per_million).toBeGreaterThan(0);
    }
  });

  test('of /v1/models are the bots of all teams of a user, or of the team of a key', async () => {
    const [one, two] = [await newTeam(), await newTeam()];
    const member = await newMember(two, 'viewer', one.owner);
    const [first, second] = [await newBot({}, one), await newBot({}, two)];
    const { object, data } = succeeded(await member.get<Models>('/v1/models'));
    expect(object).toBe('list');
    expect(new Set(data.map(({ id }) => id))).toEqual(new Set([first.id, second.id]));
    expect(data.find(({ id }) => id === second.id)).toMatchObject({ object: 'model', owned_by: two.id });
    const key = await newKey(one, ['chat']);
    expect(succeeded(await key.get<Models>('/v1/models')).data.map(({ id }) => id)).toEqual([first.id]);
  });

  test('of /v1/models need a credential; the refusal has OpenAI’s format', async () => {
    const { status, body } = await owner.get('/v1/models', { headers: { Authorization: 'Bearer rag_x' } });
    expect(status).toBe(401);
    expect(body).toEqual({
      error: {
        message: expect.any(String),
        type: 'authentication_error',
        code: 'invalid_token',
        param: null,
      },
    });
  });
});
