import OpenAI, { RateLimitError } from 'openai';
import { HASHING_MODEL } from '#embedder/download/manifest.ts';
import { admitApiKey } from '#embedder/http/admit-api-key.ts';
import { type Embedder, startEmbedder } from '#embedder/server.ts';
import { createServiceToken } from '#shared/auth/service-token.ts';
import { loadConfig } from '#shared/core/config.ts';
import { closePools } from '#shared/db/pool.ts';
import { newKey, newTeam, type Team } from '#tests/support/api.ts';
import { usePlatformSettings } from '#tests/support/platform.ts';

/** Requests with API keys, straight to the embedder, whose counters lie in the platform's PostgreSQL. */
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

async function keyWith(perMinute: number): Promise<string> {
  return (await newKey(team, ['embeddings'], { rate_limit_per_minute: perMinute })).key;
}

function ask(credential: string, path: string, { at = url, body = BODIES[path] } = {}) {
  return fetch(`${at}${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${credential}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** A second task of the service, in this process. */
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

test.each(PATHS)('%s lets as many requests through as the key has, then answers 429', async (path) => {
  const key = await keyWith(3);
  const answers = [];
  for (let i = 0; i < 4; i += 1) answers.push(await ask(key, path));
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

test('the refusal has OpenAI’s shape on /v1/embeddings, the platform’s on the other paths', async () => {
  const key = await keyWith(1);
  await ask(key, '/embed');
  const detail = expect.stringMatching(/^More than 1 requests in a minute; try again in \d+ s\.$/) as string;
  const openAi = await ask(key, '/v1/embeddings');
  expect(openAi.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(await openAi.json()).toEqual({
    error: { message: detail, type: 'rate_limit_error', code: 'rate_limited', param: null },
  });
  const problem = await ask(key, '/embed');
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

test('the official client throws its own error, which says when to come again', async () => {
  const client = new OpenAI({ apiKey: await keyWith(1), baseURL: `${url}/v1`, maxRetries: 0 });
  const create = () => client.embeddings.create({ model: MODEL, input: '안녕' });
  await create();
  const error: unknown = await create().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(RateLimitError);
  const { code, headers } = error as RateLimitError;
  expect([code, Number(headers?.get('retry-after')) > 0]).toEqual(['rate_limited', true]);
});

test('a key has one limit for all paths, and what is refused for its body counts too', async () => {
  const key = await keyWith(PATHS.length);
  const statuses = [(await ask(key, '/embed', { body: {} })).status];
  for (const path of PATHS) statuses.push((await ask(key, path)).status);
  expect(statuses).toEqual([422, 200, 200, 200, 429]);
});

test('/rerank counts as well, where there is a reranker or none', async () => {
  const key = await keyWith(1);
  const rerank = () => ask(key, '/rerank', { body: { query: 'hello', texts: ['hello'] } });
  expect((await rerank()).status).not.toBe(429);
  expect((await rerank()).status).toBe(429);
});

test('what one task counted, another one knows', async () => {
  const key = await keyWith(2);
  await withSecondEmbedder(async ({ url: at }) => {
    expect([(await ask(key, '/embed')).status, (await ask(key, '/embed', { at })).status]).toEqual([
      200, 200,
    ]);
    expect([(await ask(key, '/embed')).status, (await ask(key, '/embed', { at })).status]).toEqual([
      429, 429,
    ]);
  });
});

test('a key without a limit of its own has the platform’s', async () => {
  const { key } = await newKey(team, ['embeddings']);
  const answer = await ask(key, '/v1/embeddings');
  expect(answer.headers.get('ratelimit-policy')).toBe(
    `"requests";q=${process.env.RATE_LIMIT_PER_MINUTE};w=60`,
  );
});

test('neither another key nor a service of ours is held up, and ours are not counted', async () => {
  const [key, other] = [await keyWith(1), await keyWith(1)];
  await ask(key, '/v1/embeddings');
  expect((await ask(key, '/v1/embeddings')).status).toBe(429);
  expect((await ask(other, '/v1/embeddings')).status).toBe(200);
  for (const path of PATHS) {
    const answer = await ask(createServiceToken(), path);
    expect([path, answer.status, limitOf(answer)]).toEqual([path, 200, null]);
  }
});

test('a key that may not embed is told so, and not counted', async () => {
  const { key } = await newKey(team, ['search'], { rate_limit_per_minute: 1 });
  for (let i = 0; i < 3; i += 1) expect((await ask(key, '/embed')).status).toBe(403);
});
