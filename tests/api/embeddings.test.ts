import OpenAI, { RateLimitError } from 'openai';
import { createServiceToken } from '#shared/auth/service-token.ts';
import { loadConfig } from '#shared/core/config.ts';
import { clientFor, newKey, newTeam, type Team } from '#tests/support/api.ts';
import { usePlatformSettings } from '#tests/support/platform.ts';

/** `/v1/embeddings` at the API, which checks and counts keys, and the embedder behind it, which knows none. */
const MODEL = 'builtin/hashing';
const INPUT = { model: MODEL, input: '안녕' };
const EMBEDDER_PATHS: Record<string, object> = {
  '/v1/embeddings': INPUT,
  '/embed': { inputs: '안녕' },
  '/': { inputs: '안녕' },
  '/tokenize': { inputs: '안녕' },
  '/rerank': { query: 'hello', texts: ['hello'] },
};

let team: Team;
let api: string;
let embedder: string;

beforeAll(async () => {
  const { url, env } = await usePlatformSettings();
  [api, embedder] = [url, env.EMBEDDER_URL ?? ''];
  await loadConfig('auth');
  team = await newTeam();
});

function post(url: string, credential: string, body: object): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { Authorization: `Bearer ${credential}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function createKey(perMinute: number): Promise<string> {
  return (await newKey(team, ['embeddings'], { rate_limit_per_minute: perMinute })).key;
}

test('a key is limited as on every path, and the 429 has OpenAI’s format', async () => {
  const key = await createKey(2);
  const answers = [];
  for (let i = 0; i < 3; i += 1) answers.push(await post(`${api}/v1/embeddings`, key, INPUT));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
  expect(answers[0]?.headers.get('ratelimit-policy')).toBe('"requests";q=2;w=60');
  expect(await answers[2]?.json()).toMatchObject({
    error: { type: 'rate_limit_error', code: 'rate_limited' },
  });
});

test('the official client throws its RateLimitError, with Retry-After', async () => {
  const client = new OpenAI({ apiKey: await createKey(1), baseURL: `${api}/v1`, maxRetries: 0 });
  const create = () => client.embeddings.create({ model: MODEL, input: '안녕' });
  await create();
  const error: unknown = await create().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(RateLimitError);
  expect(Number((error as RateLimitError).headers?.get('retry-after')) > 0).toBe(true);
});

test.each([
  ['an unknown model', { ...INPUT, model: 'x' }, 404, { code: 'model_not_found', param: 'model' }],
  [
    'too many dimensions',
    { ...INPUT, dimensions: 9_999 },
    422,
    { code: 'validation_failed', param: 'dimensions' },
  ],
  ['no text', { ...INPUT, input: '' }, 422, { code: 'validation_failed' }],
])('%s is refused as the embedder refuses it, in OpenAI’s format', async (_what, body, status, error) => {
  const answer = await post(`${api}/v1/embeddings`, await createKey(9), body);
  expect([answer.status, await answer.json()]).toMatchObject([status, { error }]);
});

test('the answer is the embedder’s own', async () => {
  const [through, direct] = await Promise.all([
    post(`${api}/v1/embeddings`, await createKey(9), INPUT),
    post(`${embedder}/v1/embeddings`, createServiceToken(), INPUT),
  ]);
  expect(await through.json()).toEqual(await direct.json());
});

test.each(Object.keys(EMBEDDER_PATHS))(
  'the embedder takes no key on %s, and service tokens only',
  async (path) => {
    const url = `${embedder}${path}`;
    const body = EMBEDDER_PATHS[path] ?? {};
    expect((await post(url, await createKey(9), body)).status).toBe(401);
    expect((await post(url, team.owner.credential ?? '', body)).status).toBe(401);
    // Without a reranker /rerank is 404, but the token is taken.
    expect([200, 404]).toContain((await post(url, createServiceToken(), body)).status);
  },
);

test('the API takes no service token', async () => {
  expect((await post(`${api}/v1/embeddings`, createServiceToken(), INPUT)).status).toBe(401);
  expect((await clientFor(createServiceToken()).get('/v1/me')).status).toBe(401);
});
