import OpenAI, { RateLimitError } from 'openai';
import { HASHING_MODEL } from '#embedder/download/manifest.ts';
import { admitApiKey } from '#embedder/http/admit-api-key.ts';
import { type Embedder, startEmbedder } from '#embedder/server.ts';
import { createServiceToken } from '#shared/auth/service-token.ts';
import { loadConfig } from '#shared/core/config.ts';
import { closePools } from '#shared/db/pool.ts';
import { newKey, newTeam, type Team } from '#tests/support/api.ts';
import { usePlatformSettings } from '#tests/support/platform.ts';

/** Requests with API keys, sent directly to the embedder. It counts them in the platform's PostgreSQL. */
const MODEL = 'builtin/hashing';
const BODIES: Record<string, object> = {
  '/v1/embeddings': { model: MODEL, input: '안녕' },
  '/embed': { inputs: '안녕' },
  '/': { inputs: '안녕' },
  '/tokenize': { inputs: '안녕' },
};
const PATHS = Object.keys(BODIES);

let team: Team;
let url: string;

beforeAll(async () => {
  ({ EMBEDDER_URL: url = '' } = (await usePlatformSettings()).env);
  await loadConfig('auth', 'database', 'embedder_server', 'rate_limits');
  team = await newTeam();
});
afterAll(closePools);

async function createKey(perMinute: number): Promise<string> {
  return (await newKey(team, ['embeddings'], { rate_limit_per_minute: perMinute })).key;
}

function post(credential: string, path: string, { at = url, body = BODIES[path] } = {}) {
  return fetch(`${at}${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${credential}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** Runs a second embedder in this process. */
async function withSecondEmbedder(work: (second: Embedder) => Promise<void>): Promise<void> {
  const second = await startEmbedder({ host: '127.0.0.1', port: 0, manifest: HASHING_MODEL, admitApiKey });
  try {
    await second.ready;
    await work(second);
  } finally {
    await second.close();
  }
}

const limitOf = ({ headers }: Response) => headers.get('ratelimit');
const secondsIn = (header: string | null) => Number(/t=(\d+)$/.exec(header ?? '')?.[1]);

test.each(PATHS)('%s admits as many requests as the key’s limit, then answers 429', async (path) => {
  const key = await createKey(3);
  const answers = [];
  for (let i = 0; i < 4; i += 1) answers.push(await post(key, path));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
  expect(answers.map((answer) => limitOf(answer)?.replace(/\d+$/, ''))).toEqual(
    [2, 1, 0, 0].map((left) => `"requests";r=${left};t=`),
  );
  for (const { headers } of answers) expect(headers.get('ratelimit-policy')).toBe('"requests";q=3;w=60');
  const { headers } = answers[3]!;
  expect(secondsIn(headers.get('ratelimit'))).toBeGreaterThanOrEqual(1);
  expect(secondsIn(headers.get('ratelimit'))).toBeLessThanOrEqual(60);
  expect(headers.get('retry-after')).toBe(String(secondsIn(headers.get('ratelimit'))));
});

test('the 429 has OpenAI’s format on /v1/embeddings, the platform’s on the other paths', async () => {
  const key = await createKey(1);
  await post(key, '/embed');
  const detail = expect.stringMatching(/^More than 1 requests in a minute; try again in \d+ s\.$/) as string;
  const openAi = await post(key, '/v1/embeddings');
  expect(openAi.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(await openAi.json()).toEqual({
    error: { message: detail, type: 'rate_limit_error', code: 'rate_limited', param: null },
  });
  const problem = await post(key, '/embed');
  expect(problem.headers.get('content-type')).toBe('application/problem+json');
  expect(await problem.json()).toEqual({
    type: 'urn:rag-platform:error:rate_limited',
    title: 'Too Many Requests',
    status: 429,
    detail,
    code: 'rate_limited',
    request_id: problem.headers.get('x-request-id'),
  });
});

test('the official client throws its RateLimitError, with Retry-After', async () => {
  const client = new OpenAI({ apiKey: await createKey(1), baseURL: `${url}/v1`, maxRetries: 0 });
  const create = () => client.embeddings.create({ model: MODEL, input: '안녕' });
  await create();
  const error: unknown = await create().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(RateLimitError);
  const { code, headers } = error as RateLimitError;
  expect([code, Number(headers?.get('retry-after')) > 0]).toEqual(['rate_limited', true]);
});

test('a key has one limit for all paths, and requests with a wrong body count too', async () => {
  const key = await createKey(PATHS.length);
  const statuses = [(await post(key, '/embed', { body: {} })).status];
  for (const path of PATHS) statuses.push((await post(key, path)).status);
  expect(statuses).toEqual([422, 200, 200, 200, 429]);
});

test('/rerank counts as well, with or without a reranker', async () => {
  const key = await createKey(1);
  const rerank = () => post(key, '/rerank', { body: { query: 'hello', texts: ['hello'] } });
  expect((await rerank()).status).not.toBe(429);
  expect((await rerank()).status).toBe(429);
});

test('two embedders share the counters', async () => {
  const key = await createKey(2);
  await withSecondEmbedder(async ({ url: at }) => {
    expect([(await post(key, '/embed')).status, (await post(key, '/embed', { at })).status]).toEqual([
      200, 200,
    ]);
    expect([(await post(key, '/embed')).status, (await post(key, '/embed', { at })).status]).toEqual([
      429, 429,
    ]);
  });
});

test('a key without its own limit has the platform’s', async () => {
  const { key } = await newKey(team, ['embeddings']);
  const answer = await post(key, '/v1/embeddings');
  expect(answer.headers.get('ratelimit-policy')).toBe(
    `"requests";q=${process.env.RATE_LIMIT_PER_MINUTE};w=60`,
  );
});

test('an exhausted key limits neither other keys nor service tokens, which are not counted', async () => {
  const [key, other] = [await createKey(1), await createKey(1)];
  await post(key, '/v1/embeddings');
  expect((await post(key, '/v1/embeddings')).status).toBe(429);
  expect((await post(other, '/v1/embeddings')).status).toBe(200);
  for (const path of PATHS) {
    const answer = await post(createServiceToken(), path);
    expect([path, answer.status, limitOf(answer)]).toEqual([path, 200, null]);
  }
});

test('a key without the scope is refused with 403 and not counted', async () => {
  const { key } = await newKey(team, ['search'], { rate_limit_per_minute: 1 });
  for (let i = 0; i < 3; i += 1) expect((await post(key, '/embed')).status).toBe(403);
});
