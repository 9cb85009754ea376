import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { type Embedder, startEmbedder } from '#embedder/server.ts';
import { createServiceToken } from '#shared/auth/service-token.ts';
import { loadConfig } from '#shared/core/config.ts';
import { log } from '#shared/observability/log.ts';
import { serviceKeySettings } from '#tests/embedder/service-keys.ts';
import { writeTinyModel } from '#tests/support/models/tiny-model.ts';
import { asService } from './as-service.ts';

let modelsDir: string;
let embedder: Embedder;

beforeAll(async () => {
  modelsDir = await mkdtemp(join(tmpdir(), 'embedder-api-'));
  Object.assign(process.env, {
    MODELS_DIR: modelsDir,
    ...serviceKeySettings(),
  });
  log.setLogLevel('SILENT');
  await loadConfig('embedder_server', 'auth', 'service_keys');
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

test('POST / takes the fields of text-embeddings-inference and answers with the vectors alone', async () => {
  const request = { inputs: ['hello', 'hello world'], normalize: true, truncate: true, prompt_name: 'query' };
  const bare = (await (await post('/', request)).json()) as number[][];
  const ours = (await (await post('/embed', { inputs: request.inputs, kind: 'query' })).json()) as {
    embeddings: number[][];
  };
  expect(bare).toEqual(ours.embeddings);
});

test('unnormalised vectors and truncation at the left are refused', async () => {
  for (const field of [{ normalize: false }, { truncation_direction: 'Left' }]) {
    expect((await post('/', { inputs: 'hello', ...field })).status).toBe(422);
  }
});

test('base64 on /embed has the same vector as floats', async () => {
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

test('/info also has the field names of text-embeddings-inference', async () => {
  expect(await (await fetch(`${embedder.url}/info`, asService())).json()).toMatchObject({
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
])('%s has the time of tokenizing, waiting and computing in its headers', async (path, body) => {
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
  'a large answer is sent as %s when the client accepts that',
  async (encoding) => {
    const inputs = Array.from({ length: 300 }, () => 'hello');
    const response = await post('/embed', { inputs }, { 'Accept-Encoding': encoding });
    expect(response.headers.get('content-encoding')).toBe(encoding === 'identity' ? null : encoding);
    expect(response.headers.get('vary')).toBe('Accept-Encoding');
    expect(((await response.json()) as { embeddings: unknown[] }).embeddings).toHaveLength(300);
  },
);

test('an idle connection is kept longer than the load balancer keeps it', async () => {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest(`${embedder.url}/health`, { headers: { Connection: 'keep-alive' } }, resolve)
      .on('error', reject)
      .end();
  });
  await readText(response);
  expect(response.headers['keep-alive']).toBe('timeout=75');
});
