import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { type Embedder, startEmbedder } from '#embedder/server.ts';
import { createServiceToken } from '#shared/auth/service-token.ts';
import { loadConfig } from '#shared/core/config.ts';
import { log } from '#shared/observability/log.ts';
import { writeTinyModel } from '#tests/support/models/tiny-model.ts';

let modelsDir: string;
let embedder: Embedder;

beforeAll(async () => {
  modelsDir = await mkdtemp(join(tmpdir(), 'embedder-api-'));
  Object.assign(process.env, {
    MODELS_DIR: modelsDir,
    JWT_SECRET: 'a secret for tests, long enough to be one',
  });
  log.setLogLevel('SILENT');
  await loadConfig('embedder_server', 'auth');
  const manifest = await writeTinyModel(modelsDir);
  embedder = await startEmbedder({ host: '127.0.0.1', port: 0, manifest });
  await embedder.ready;
});
afterAll(async () => {
  await embedder.close();
  await rm(modelsDir, { recursive: true });
});

function post(path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${embedder.url}${path}`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${createServiceToken()}`,
      'Content-Type': 'application/json',
      ...headers,
    },
    body: JSON.stringify(body),
  });
}

test('a client of text-embeddings-inference gets the bare vectors at the root, with its own fields', async () => {
  const call = { inputs: ['hello', 'hello world'], normalize: true, truncate: true, prompt_name: 'query' };
  const bare = (await (await post('/', call)).json()) as number[][];
  const ours = (await (await post('/embed', { inputs: call.inputs, kind: 'query' })).json()) as {
    embeddings: number[][];
  };
  expect(bare).toEqual(ours.embeddings);
});

test('vectors that are not normalised, and cutting at the left, are not to be had', async () => {
  for (const field of [{ normalize: false }, { truncation_direction: 'Left' }]) {
    expect((await post('/', { inputs: 'hello', ...field })).status).toBe(422);
  }
});

test('base64 on /embed holds the same vector', async () => {
  const [floats, encoded] = await Promise.all(
    ['float', 'base64'].map(async (encoding_format) => {
      const response = await post('/embed', { inputs: 'hello', encoding_format });
      return ((await response.json()) as { embeddings: [never] }).embeddings[0];
    }),
  );
  const bytes = Buffer.from(encoded!, 'base64');
  for (const [i, value] of (floats as unknown as number[]).entries()) {
    expect(bytes.readFloatLE(i * 4)).toBeCloseTo(value, 7);
  }
});

test('/info speaks the names of text-embeddings-inference too', async () => {
  expect(await (await fetch(`${embedder.url}/info`)).json()).toMatchObject({
    model_id: 'tiny',
    model_sha: 'r1',
    model_dtype: 'float32',
    model_type: { embedding: { pooling: 'mean' } },
    max_input_length: 16,
    max_client_batch_size: 512,
    max_batch_tokens: expect.any(Number),
  });
});

test.each([
  ['/embed', { inputs: 'hello' }],
  ['/v1/embeddings', { model: 'tiny', input: 'hello' }],
])('%s says what tokenizing, waiting and computing took', async (path, body) => {
  const { headers } = await post(path, body);
  expect(headers.get('server-timing')).toMatch(
    /^tokenize;dur=\d+\.\d\d, queue;dur=\d+\.\d\d, inference;dur=\d+\.\d\d, total;dur=\d+\.\d\d$/,
  );
  for (const name of ['total', 'tokenization', 'queue', 'inference']) {
    expect(headers.get(`x-${name}-time`)).toMatch(/^\d+$/);
  }
  expect([headers.get('x-compute-characters'), headers.get('x-compute-tokens')]).toEqual(['5', '5']);
});

test.each(['br', 'gzip', 'identity'])(
  'a large answer comes as %s when that is asked for',
  async (encoding) => {
    const inputs = Array.from({ length: 300 }, () => 'hello');
    const response = await post('/embed', { inputs }, { 'Accept-Encoding': encoding });
    expect(response.headers.get('content-encoding')).toBe(encoding === 'identity' ? null : encoding);
    expect(response.headers.get('vary')).toBe('Accept-Encoding');
    expect(((await response.json()) as { embeddings: unknown[] }).embeddings).toHaveLength(300);
  },
);

test('a connection is kept for longer than the load balancer keeps it', async () => {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest(`${embedder.url}/health`, { headers: { Connection: 'keep-alive' } }, resolve)
      .on('error', reject)
      .end();
  });
  await readText(response);
  expect(response.headers['keep-alive']).toBe('timeout=75');
});
