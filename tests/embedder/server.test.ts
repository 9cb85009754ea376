import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HASHING_MODEL } from '#embedder/download/manifest.ts';
import { type EmbeddingModel, openModel } from '#embedder/model/model.ts';
import { type Embedder, startEmbedder } from '#embedder/server.ts';
import { createServiceToken } from '#shared/auth/service-token.ts';
import { loadConfig } from '#shared/core/config.ts';
import { log } from '#shared/observability/log.ts';
import { serviceKeySettings } from '#tests/embedder/service-keys.ts';
import { writeTinyModel } from '#tests/support/models/tiny-model.ts';
import { until } from '#tests/support/until.ts';
import { asService } from './as-service.ts';

const METRICS_TOKEN = 'a bearer for scrapers, long enough to be one'.replaceAll(' ', '-');
const LIMITS = { maxBatchTexts: 8, maxInputChars: 1_000, maxBodyBytes: 20_000, maxQueueTokens: 100 };
const AT_ANY_PORT = { host: '127.0.0.1', port: 0, limits: LIMITS };

let modelsDir: string;
let tiny: Embedder;

beforeAll(async () => {
  modelsDir = await mkdtemp(join(tmpdir(), 'embedder-server-'));
  Object.assign(process.env, {
    MODELS_DIR: modelsDir,
    ...serviceKeySettings(),
    EMBEDDER_METRICS_TOKEN: METRICS_TOKEN,
  });
  log.setLogLevel('SILENT');
  await loadConfig('embedder_server', 'auth', 'service_keys');
  tiny = await startEmbedder({ ...AT_ANY_PORT, manifest: await writeTinyModel(modelsDir) });
  await tiny.ready;
});
afterAll(async () => {
  await tiny.close();
  await rm(modelsDir, { recursive: true });
});

type PostOptions = { to?: Embedder; headers?: Record<string, string>; signal?: AbortSignal };

function post(
  path: string,
  body: unknown,
  { to = tiny, headers = {}, signal }: PostOptions = {},
): Promise<Response> {
  return fetch(`${to.url}${path}`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${createServiceToken()}`,
      'Content-Type': 'application/json',
      ...headers,
    },
    body: typeof body === 'string' || body instanceof Buffer ? body : JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });
}

type EmbedBody = { embeddings: number[][]; tokens: number[] };

async function json(response: Response): Promise<EmbedBody & { detail: string }> {
  return (await response.json()) as EmbedBody & { detail: string };
}

/** A model whose batches wait until the test calls `open`. */
async function gatedModel(): Promise<{ model: EmbeddingModel; begun: Promise<void>; open: () => void }> {
  const real = await openModel({ manifest: HASHING_MODEL, modelsDir });
  const begun = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const embed: EmbeddingModel['embed'] = async (batch) => {
    begun.resolve();
    await gate.promise;
    return real.embed(batch);
  };
  return { model: { ...real, embed }, begun: begun.promise, open: gate.resolve };
}

describe('GET', () => {
  test('/health answers as the platform’s /health does', async () => {
    const response = await fetch(`${tiny.url}/health`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      status: 'healthy',
      app_name: 'RAG Platform Backend',
      version: '1.0.0',
    });
  });

  test('/ready is 200 with the model loaded', async () => {
    const response = await fetch(`${tiny.url}/ready`);
    expect([response.status, await response.json()]).toEqual([200, { status: 'ready' }]);
  });

  test('/info has the model and the limits that a client needs', async () => {
    expect(await (await fetch(`${tiny.url}/info`, asService())).json()).toMatchObject({
      model: 'tiny',
      revision: 'r1',
      identity: 'tiny@r1:fp32:mean',
      dimensions: 8,
      max_tokens: 16,
      max_input_tokens: 12,
      pooling: 'mean',
      max_batch_texts: 8,
      max_input_chars: 1_000,
      max_body_bytes: 20_000,
      max_queue_tokens: 100,
    });
  });

  test.each(['/info', '/metrics'])('%s is for services and scrapers only', async (path) => {
    const status = async (token?: string) => {
      const headers: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` };
      return (await fetch(`${tiny.url}${path}`, { headers })).status;
    };
    const ask = [undefined, 'x', 'rag_1_2_3', `${METRICS_TOKEN}x`, METRICS_TOKEN, createServiceToken()];
    expect(await Promise.all(ask.map(status))).toEqual([401, 401, 401, 401, 200, 200]);
  });

  test('/metrics counts texts and requests in Prometheus’ format', async () => {
    await post('/embed', { inputs: ['hello'] });
    const text = await (await fetch(`${tiny.url}/metrics`, asService())).text();
    expect(text).toMatch(/^te_embed_success [1-9]/m);
    expect(text).toMatch(/^te_request_success\{method="single"\} [1-9]/m);
    expect(text).toMatch(/^te_request_inference_duration_count [1-9]/m);
    expect(text).toMatch(/^te_batch_next_size_count [1-9]/m);
    expect(text).toMatch(/^te_queue_size 0$/m);
    expect(text).toMatch(/^embedder_request_seconds_count\{path="\/embed",status="200"\} [1-9]/m);
    expect(text).toMatch(/^embedder_queue_tokens 0$/m);
  });

  test('an unknown path is 404, a wrong method 405', async () => {
    expect((await fetch(`${tiny.url}/nothing`)).status).toBe(404);
    const wrong = await fetch(`${tiny.url}/embed`);
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await json(wrong)).toMatchObject({ code: 'method_not_allowed', status: 405 });
  });
});

test('every answer has a request id: the given one, or a new one when that is malformed', async () => {
  const given = await fetch(`${tiny.url}/nothing`, { headers: { 'X-Request-Id': 'abc-123' } });
  expect(given.headers.get('x-request-id')).toBe('abc-123');
  expect(await json(given)).toMatchObject({ request_id: 'abc-123' });
  const odd = await fetch(`${tiny.url}/health`, { headers: { 'X-Request-Id': '<script>' } });
  expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});

describe('POST /embed', () => {
  test('answers normalised vectors in order, with tokens, model and identity', async () => {
    const response = await post('/embed', { inputs: ['hello', 'hello world'], kind: 'query' });
    const body = await json(response);
    expect(response.status).toBe(200);
    expect(body).toMatchObject({ tokens: [5, 6], model: 'tiny', identity: 'tiny@r1:fp32:mean' });
    for (const vector of body.embeddings) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
  });

  test('query and passage are embedded with their own prefix', async () => {
    const [query, passage] = await Promise.all(
      ['query', 'passage'].map(async (kind) => json(await post('/embed', { inputs: 'hello', kind }))),
    );
    expect(query!.embeddings[0]).not.toEqual(passage!.embeddings[0]);
    expect(await json(await post('/embed', { inputs: 'hello' }))).toEqual(passage);
  });

  test('a text longer than the window is refused, or cut with `truncate`', async () => {
    const inputs = ['hello', 'hello '.repeat(20)];
    const refused = await post('/embed', { inputs });
    expect(refused.status).toBe(422);
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    expect(await json(refused)).toMatchObject({
      code: 'input_too_long',
      detail: expect.stringContaining('inputs.1 has more than 12 tokens'),
      errors: [{ path: 'inputs.1' }],
    });
    const cut = await post('/embed', { inputs, truncate: true });
    expect(await json(cut)).toMatchObject({ tokens: [5, 16] });
  });

  test.each([
    ['malformed JSON', '{"inputs": [', 400, 'invalid_json'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 400, 'invalid_json'],
    ['no body', '', 400, 'invalid_json'],
    ['null', 'null', 422, 'validation_failed'],
    ['no inputs', {}, 422, 'validation_failed'],
    ['an empty list', { inputs: [] }, 422, 'validation_failed'],
    ['an empty text', { inputs: ['a', ''] }, 422, 'validation_failed'],
    ['numbers', { inputs: [1, 2] }, 422, 'validation_failed'],
    ['an unknown kind', { inputs: ['a'], kind: 'title' }, 422, 'validation_failed'],
    ['too many texts', { inputs: Array(9).fill('a') }, 413, 'payload_too_large'],
    ['a million wrong items', `{"inputs":[${'1,'.repeat(9_000)}1]}`, 413, 'payload_too_large'],
    ['a text of too many characters', { inputs: ['a'.repeat(1_001)] }, 413, 'payload_too_large'],
    [
      'more tokens than the queue ever takes',
      { inputs: Array(8).fill('z '.repeat(20)), truncate: true },
      413,
      'payload_too_large',
    ],
    ['a body over the limit', { inputs: ['a'.repeat(21_000)] }, 413, 'payload_too_large'],
  ])('%s is refused with a problem', async (_, body, status, code) => {
    const response = await post('/embed', body);
    expect(response.status).toBe(status);
    expect(await json(response)).toMatchObject({ code, status, detail: expect.any(String) });
  });

  test('a body over the limit without a declared length is cut off and answered', async () => {
    const response = await new Promise<number | undefined>((resolve, reject) => {
      const sent = httpRequest(
        `${tiny.url}/embed`,
        {
          method: 'POST',
          headers: { Authorization: `Bearer ${createServiceToken()}`, 'Content-Type': 'application/json' },
        },
        (answer) => resolve(answer.resume().statusCode),
      );
      sent.on('error', reject);
      sent.write('x'.repeat(30_000));
    });
    expect(response).toBe(413);
  });

  test.each([
    ['a form', { 'Content-Type': 'application/x-www-form-urlencoded' }],
    ['a compressed body', { 'Content-Encoding': 'gzip' }],
  ])('%s is refused with 415', async (_, headers) => {
    expect((await post('/embed', { inputs: 'a' }, { headers })).status).toBe(415);
  });

  test('a text that makes the model compute NaN is an error without details; the next text is served', async () => {
    const response = await post('/embed', { inputs: 'nan' });
    expect(response.status).toBe(500);
    expect((await json(response)).detail).not.toContain('finite');
    expect((await post('/embed', { inputs: 'hello' })).status).toBe(200);
  });
});

describe('credentials', () => {
  test.each(['/embed', '/tokenize', '/v1/embeddings'])('%s is refused without a credential', async (path) => {
    const response = await fetch(`${tiny.url}${path}`, { method: 'POST', body: '{}' });
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  });

  test.each([
    ['Basic dXNlcjpwYXNz', 401],
    ['Bearer nonsense', 401],
    // Only the API takes keys.
    ['Bearer rag_any_key', 401],
  ])('%s → %i', async (Authorization, status) => {
    const response = await post('/embed', { inputs: 'hello' }, { headers: { Authorization } });
    expect(response.status).toBe(status);
  });
});

test('POST /tokenize counts texts without special tokens, beyond the window too', async () => {
  const body = await json(await post('/tokenize', { inputs: ['hello world', 'hello '.repeat(30).trim()] }));
  expect(body).toEqual({ counts: [2, 30], model: 'tiny', identity: 'tiny@r1:fp32:mean' });
  expect((await post('/tokenize', { inputs: [''] })).status).toBe(422);
});

describe('capacity', () => {
  test('a full queue answers 429 with Retry-After, and accepts requests again once it has room', async () => {
    const { model, begun, open } = await gatedModel();
    const embedder = await startEmbedder({ ...AT_ANY_PORT, model });
    const first = post('/embed', { inputs: ['가나다라'.repeat(30)] }, { to: embedder });
    await begun;
    const second = await post('/embed', { inputs: ['가나다라'.repeat(30)] }, { to: embedder });
    expect(second.status).toBe(429);
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await json(second)).toMatchObject({ code: 'overloaded' });
    open();
    expect((await first).status).toBe(200);
    expect((await post('/embed', { inputs: ['가나다라'.repeat(30)] }, { to: embedder })).status).toBe(200);
    await embedder.close();
  });

  test('the texts of a client that left no longer count in the queue', async () => {
    const { model, begun, open } = await gatedModel();
    const embedder = await startEmbedder({ ...AT_ANY_PORT, model });
    const running = post('/embed', { inputs: '가나' }, { to: embedder });
    await begun;
    const gone = new AbortController();
    const waiting = post('/embed', { inputs: '가나'.repeat(40) }, { to: embedder, signal: gone.signal });
    await waitForQueue(embedder, 41);
    gone.abort();
    await expect(waiting).rejects.toThrow();
    await waitForQueue(embedder, 1);
    const metrics = await (await fetch(`${embedder.url}/metrics`, asService())).text();
    expect(metrics).toContain('te_request_failure{err="client_gone"} 1\n');
    expect(metrics).toContain('embedder_request_seconds_count{path="/embed",status="499"} 1\n');
    open();
    await running;
    await embedder.close();
  });
});

/** Waits until the queue has so many tokens. */
async function waitForQueue(embedder: Embedder, tokens: number): Promise<void> {
  await until(async () => {
    const text = await (await fetch(`${embedder.url}/metrics`, asService())).text();
    return text.includes(`\nembedder_queue_tokens ${tokens}\n`);
  });
}

describe('start and end', () => {
  test('closing refuses readiness, finishes running requests and closes every connection', async () => {
    const { model, begun, open } = await gatedModel();
    const embedder = await startEmbedder({ ...AT_ANY_PORT, model });
    const idle = connect(Number(new URL(embedder.url).port), '127.0.0.1');
    const idleClosed = new Promise((resolve) => idle.once('close', resolve));
    const underWay = post('/embed', { inputs: '가나' }, { to: embedder });
    await begun;
    const closed = embedder.close();
    open();
    const response = await underWay;
    expect([response.status, response.headers.get('connection')]).toEqual([200, 'close']);
    await closed;
    await idleClosed;
    await expect(fetch(`${embedder.url}/health`)).rejects.toThrow();
  });

  test('a draining server is not ready, but still serves', async () => {
    const embedder = await startEmbedder({ ...AT_ANY_PORT, drainSeconds: 0.5 });
    await embedder.ready;
    const closed = embedder.close();
    const ready = await fetch(`${embedder.url}/ready`);
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'draining' }]);
    expect((await post('/embed', { inputs: '가나' }, { to: embedder })).status).toBe(200);
    await closed;
  });

  test('without the model on disk it serves builtin/hashing', async () => {
    const manifest = { ...(await tiny.ready).manifest, id: 'not-downloaded' };
    const embedder = await startEmbedder({ ...AT_ANY_PORT, manifest });
    expect((await embedder.ready).identity).toBe('builtin/hashing@v1:fp32:sum');
    expect(
      (await json(await post('/embed', { inputs: '안녕' }, { to: embedder }))).embeddings[0],
    ).toHaveLength(384);
    await embedder.close();
  });

  test('with a damaged model the server is healthy, never ready, and `ready` rejects with the reason', async () => {
    const [weights, ...rest] = (await tiny.ready).manifest.files;
    const manifest = {
      ...(await tiny.ready).manifest,
      files: [{ ...weights!, sha256: '0'.repeat(64) }, ...rest],
    };
    const embedder = await startEmbedder({ ...AT_ANY_PORT, manifest });
    await expect(embedder.ready).rejects.toThrow('is damaged');
    expect((await fetch(`${embedder.url}/health`)).status).toBe(200);
    const ready = await fetch(`${embedder.url}/ready`);
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'failed' }]);
    const refused = await post('/embed', { inputs: 'a' }, { to: embedder });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
    await embedder.close();
  });

  test('the error for a taken port names the port', async () => {
    const port = Number(new URL(tiny.url).port);
    await expect(startEmbedder({ ...AT_ANY_PORT, port })).rejects.toThrow(
      `The embedder cannot listen on 127.0.0.1:${port} (EADDRINUSE).`,
    );
  });
});
