import type { Team } from '#tests/support/api.ts';
import {
  type Client,
  expectProblem,
  type Json,
  newKey,
  newTeam,
  newUser,
  succeeded,
} from '#tests/support/api.ts';

type Bot = { id: string };
type Models = { data: { id: string }[] };

let team: Team;
let foreign: Team;

beforeAll(async () => {
  team = await newTeam();
  foreign = await newTeam();
});

describe('rate_limit_per_minute', () => {
  test('lets that many requests through, then answers 429 with Retry-After', async () => {
    const key = await newKey(team, ['search'], { rate_limit_per_minute: 3 });
    const answers = [];
    for (let i = 0; i < 4; i += 1) answers.push(await key.get('/v1/teams'));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    const left = answers.map(({ headers }) => headers.get('ratelimit'));
    expect(left.map((header) => header?.replace(/;t=([1-9]|[1-5]\d|60)$/, ''))).toEqual(
      [2, 1, 0, 0].map((remaining) => `"requests";r=${remaining}`),
    );
    for (const { headers } of answers) expect(headers.get('ratelimit-policy')).toBe('"requests";q=3;w=60');
    const refused = answers[3];
    expectProblem(refused as (typeof answers)[0], 429, 'rate_limited');
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(Number(refused?.headers.get('retry-after'))).toBeLessThanOrEqual(60);
  });

  test('limits one key: neither another key nor its creator', async () => {
    const key = await newKey(team, ['search'], { rate_limit_per_minute: 1 });
    const other = await newKey(team, ['search'], { rate_limit_per_minute: 1 });
    await key.get('/v1/teams');
    expectProblem(await key.get('/v1/teams'), 429, 'rate_limited');
    expect((await other.get('/v1/teams')).status).toBe(200);
    expect((await team.owner.get('/v1/teams')).status).toBe(200);
  });

  test('holds across all routes and functions together', async () => {
    const key = await newKey(team, ['documents:read', 'bots:read'], { rate_limit_per_minute: 2 });
    expect((await key.get(`${team.path}/documents`)).status).toBe(200);
    expect((await key.get(`${team.path}/bots`)).status).toBe(200);
    expectProblem(await key.get(team.path), 429, 'rate_limited');
  });

  test('also counts invalid requests', async () => {
    const key = await newKey(team, ['search'], { rate_limit_per_minute: 1 });
    expectProblem(await key.post(`${team.path}/search`, { query: 7 }), 422);
    expectProblem(await key.post(`${team.path}/search`, { query: 7 }), 429, 'rate_limited');
  });

  test.each([
    [
      'without the scope',
      async (key: Client) => (await key.post(`${team.path}/search`, { query: 'x' })).status,
      403,
    ],
    ['of another team', async (key: Client) => (await key.get(`${foreign.path}/bots`)).status, 404],
    ['with a path that holds no id', async (key: Client) => (await key.get('/v1/teams/x/bots')).status, 404],
  ])('also counts requests %s', async (_what, call, status) => {
    const key = await newKey(team, ['bots:read'], { rate_limit_per_minute: 2 });
    expect([await call(key), await call(key), await call(key)]).toEqual([status, status, 429]);
  });

  test('of users is the platform’s, and is in every response', async () => {
    const user = await newUser();
    const { headers } = await user.get('/v1/me');
    expect(headers.get('ratelimit')).toMatch(/^"requests";r=\d+;t=\d+$/);
    expect(headers.get('ratelimit-policy')).toMatch(/^"requests";q=\d+;w=60$/);
  });
});

describe('bot_ids', () => {
  let mine: Bot;
  let other: Bot;
  let key: Client;

  beforeAll(async () => {
    const create = async (name: string) =>
      succeeded(await team.owner.post<Bot>(`${team.path}/bots`, { name }));
    [mine, other] = [await create('mine'), await create('other')];
    key = await newKey(team, ['chat', 'bots:read'], { bot_ids: [mine.id] });
  });

  test('are the only bots that a key sees', async () => {
    const { data } = succeeded(await key.get<{ data: Bot[] }>(`${team.path}/bots`));
    expect(data.map(({ id }) => id)).toEqual([mine.id]);
    const models = succeeded(await key.get<Models>('/v1/models'));
    expect(models.data.map(({ id }) => id)).toEqual([mine.id]);
  });

  test('are the only bots that a key can read and ask', async () => {
    const path = `${team.path}/bots/${other.id}`;
    expectProblem(await key.get(path), 404, 'not_found');
    expectProblem(await key.post(`${path}/chat`, { message: '?', stream: false }), 404, 'not_found');
    const messages = [{ role: 'user', content: '?' }];
    const completion = await key.post<{ error: Json }>('/v1/chat/completions', { model: other.id, messages });
    expect([completion.status, completion.body.error.type]).toEqual([404, 'invalid_request_error']);
    expect((await key.get(`${team.path}/bots/${mine.id}`)).status).toBe(200);
    const answer = await key.post(`${team.path}/bots/${mine.id}/chat`, { message: '?', stream: false });
    expect(answer.status).toBe(200);
  });
});

describe('the embeddings endpoint', () => {
  const input = { model: 'builtin/hashing', input: '안녕' };

  test('accepts a key with the scope, until the key is revoked', async () => {
    const key = await newKey(team, ['embeddings']);
    expect((await key.post('/v1/embeddings', input)).status).toBe(200);
    await team.owner.delete(`${team.path}/api-keys/${key.id}`);
    const refused = await key.post<{ error: Json }>('/v1/embeddings', input);
    expect([refused.status, refused.body.error.type]).toEqual([401, 'authentication_error']);
  });

  test('refuses a key without the scope, and access tokens', async () => {
    const key = await newKey(team, ['search']);
    const refused = await key.post<{ error: Json }>('/v1/embeddings', input);
    expect([refused.status, refused.body.error.code]).toEqual([403, 'insufficient_scope']);
    expect((await team.owner.post('/v1/embeddings', input)).status).toBe(401);
  });
});
