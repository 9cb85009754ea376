import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI, { AuthenticationError } from 'openai';
import { type Embedder, startEmbedder } from '#embedder/server.ts';
import { createServiceToken } from '#shared/auth/service-token.ts';
import { loadConfig } from '#shared/core/config.ts';
import { serviceKeySettings } from '#tests/embedder/service-keys.ts';
import { writeTinyModel } from '#tests/support/models/tiny-model.ts';

let modelsDir: string;
let embedder: Embedder;
let client: OpenAI;

beforeAll(async () => {
  modelsDir = await mkdtemp(join(tmpdir(), 'embedder-openai-'));
  Object.assign(process.env, {
    MODELS_DIR: modelsDir,
    ...serviceKeySettings(),
  });
  await loadConfig('embedder_server', 'auth', 'service_keys');
  const manifest = await writeTinyModel(modelsDir);
  embedder = await startEmbedder({
    host: '127.0.0.1',
    port: 0,
    manifest,
  });
  await embedder.ready;
  client = new OpenAI({ apiKey: createServiceToken(), baseURL: `${embedder.url}/v1`, maxRetries: 0 });
});
afterAll(async () => {
  await embedder.close();
  await rm(modelsDir, { recursive: true });
});

type RawBody = { data: { embedding: number[] }[] };

async function postRaw(body: unknown): Promise<{ status: number; body: RawBody }> {
  const response = await fetch(`${embedder.url}/v1/embeddings`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${createServiceToken()}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as RawBody };
}

test('the official client gets the same vectors as floats and as base64, its default', async () => {
  const input = ['hello', 'hello world'];
  const decoded = await client.embeddings.create({ model: 'tiny', input });
  const floats = await client.embeddings.create({ model: 'tiny', input, encoding_format: 'float' });
  expect(decoded.data.map(({ index }) => index)).toEqual([0, 1]);
  for (const [i, { embedding }] of decoded.data.entries()) {
    expect(embedding).toHaveLength(8);
    for (const [at, value] of embedding.entries())
      expect(value).toBeCloseTo(floats.data[i]!.embedding[at]!, 6);
  }
  expect(floats).toMatchObject({
    object: 'list',
    model: 'tiny',
    usage: { prompt_tokens: 11, total_tokens: 11 },
  });
});

test('a single text and an alias of the model are accepted', async () => {
  const { data } = await client.embeddings.create({ model: 'tests/tiny', input: 'hello' });
  expect(data).toHaveLength(1);
});

test('passage is the default kind; kind and input_type choose another', async () => {
  const answers = await Promise.all(
    [{}, { kind: 'passage' }, { kind: 'query' }, { input_type: 'query' }].map((extra) =>
      postRaw({ model: 'tiny', input: 'hello', ...extra }),
    ),
  );
  const [plain, passage, query, alike] = answers.map(({ body }) => body.data[0]!.embedding);
  expect(plain).toEqual(passage);
  expect(query).toEqual(alike);
  expect(query).not.toEqual(passage);
});

test('fewer dimensions are the first ones, normalised again', async () => {
  const full = (await client.embeddings.create({ model: 'tiny', input: 'hello' })).data[0]!.embedding;
  const short = (await client.embeddings.create({ model: 'tiny', input: 'hello', dimensions: 3 })).data[0]!
    .embedding;
  const norm = Math.hypot(...full.slice(0, 3));
  expect(short).toHaveLength(3);
  for (const [i, value] of short.entries()) expect(value).toBeCloseTo(full[i]! / norm, 5);
});

test.each([
  [
    'another model',
    { model: 'text-embedding-3-small', input: 'a' },
    404,
    { code: 'model_not_found', param: 'model' },
  ],
  [
    'more dimensions than the model has',
    { model: 'tiny', input: 'a', dimensions: 9 },
    422,
    { code: 'validation_failed', param: 'dimensions' },
  ],
  ['token ids', { model: 'tiny', input: [1, 2, 3] }, 422, { code: 'validation_failed', param: 'input' }],
  [
    'lists of token ids',
    { model: 'tiny', input: [[1, 2], [3]] },
    422,
    { code: 'validation_failed', param: 'input' },
  ],
  ['no input', { model: 'tiny' }, 422, { code: 'validation_failed', param: 'input' }],
  ['an empty text', { model: 'tiny', input: '' }, 422, { code: 'validation_failed', param: 'input' }],
  [
    'a text over the window',
    { model: 'tiny', input: 'hello '.repeat(30) },
    422,
    { code: 'input_too_long', param: 'input' },
  ],
])('%s is refused in OpenAI’s error format', async (_, body, status, error) => {
  expect(await postRaw(body)).toEqual({
    status,
    body: { error: { message: expect.any(String), type: 'invalid_request_error', ...error } },
  });
});

test('the official client throws its AuthenticationError for a refused key', async () => {
  const unauthenticated = new OpenAI({ apiKey: 'not-a-key', baseURL: `${embedder.url}/v1`, maxRetries: 0 });
  await expect(unauthenticated.embeddings.create({ model: 'tiny', input: 'a' })).rejects.toBeInstanceOf(
    AuthenticationError,
  );
});
