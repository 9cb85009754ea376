import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelManifest } from '#embedder/download/manifest.ts';
import { readRerankManifest } from '#embedder/model/reranker.ts';
import { type Embedder, startEmbedder } from '#embedder/server.ts';
import { createServiceToken } from '#shared/auth/service-token.ts';
import { loadConfig } from '#shared/core/config.ts';
import { log } from '#shared/observability/log.ts';
import { serviceKeySettings } from '#tests/embedder/service-keys.ts';
import { TINY_PIECES, writeTinyModel } from '#tests/support/models/tiny-model.ts';
import { tinyScore, writeTinyReranker } from '#tests/support/models/tiny-reranker.ts';
import { asService } from './as-service.ts';

let modelsDir: string;
let manifest: ModelManifest;
let rerankManifest: ModelManifest;
let embedder: Embedder;

beforeAll(async () => {
  modelsDir = await mkdtemp(join(tmpdir(), 'embedder-rerank-'));
  Object.assign(process.env, {
    MODELS_DIR: modelsDir,
    ...serviceKeySettings(),
  });
  log.setLogLevel('SILENT');
  await loadConfig('embedder_server', 'auth', 'service_keys');
  manifest = await writeTinyModel(modelsDir);
  rerankManifest = await writeTinyReranker(modelsDir);
  embedder = await startEmbedder({ host: '127.0.0.1', port: 0, manifest, rerankManifest });
  await embedder.ready;
});
afterAll(async () => {
  await embedder.close();
  await rm(modelsDir, { recursive: true });
});

type Ranked = { index: number; score: number; text?: string }[];

function post(body: object, { to = embedder, credential = true } = {}): Promise<Response> {
  return fetch(`${to.url}/rerank`, {
    method: 'POST',
    headers: {
      ...(credential ? { Authorization: `Bearer ${createServiceToken()}` } : {}),
      'Content-Type': 'application/json',
    },
    body: JSON.stringify(body),
  });
}

function logitOf(...pieces: string[]): number {
  return pieces.reduce((sum, piece) => sum + tinyScore(TINY_PIECES.indexOf(piece)), 0);
}

const QUERY = ['<s>', '▁hello', '</s>', '</s>'];

test('texts are ranked best first, with the logits computed by hand', async () => {
  const texts = ['world', '안녕하세요', 'hello hello hello world'];
  const expected = [
    logitOf(...QUERY, '▁world', '</s>'),
    logitOf(...QUERY, '▁안녕', '하세요', '</s>'),
    logitOf(...QUERY, '▁hello', '▁hello', '▁hello', '▁world', '</s>'),
  ];
  const response = await post({ query: 'hello', texts, raw_scores: true, return_text: true });
  const ranked = (await response.json()) as Ranked;
  expect(response.status).toBe(200);
  expect(ranked.map(({ score }) => score)).toEqual(
    ranked.map(({ score }) => score).toSorted((a, b) => b - a),
  );
  for (const { index, score, text } of ranked) {
    expect(score).toBeCloseTo(expected[index]!, 5);
    expect(text).toBe(texts[index]);
  }
});

test('scores are between 0 and 1 by default, in the same order', async () => {
  const texts = ['world', '안녕하세요', 'a b c'];
  const [raw, scaled] = await Promise.all(
    [true, false].map(async (raw_scores) => {
      return (await (await post({ query: 'hello', texts, raw_scores })).json()) as Ranked;
    }),
  );
  expect(scaled!.map(({ index }) => index)).toEqual(raw!.map(({ index }) => index));
  for (const [i, { score }] of scaled!.entries()) {
    expect(score).toBeCloseTo(1 / (1 + Math.exp(-raw![i]!.score)), 6);
  }
});

test('a text too long with its query is refused, or cut with `truncate`', async () => {
  const texts = ['hello '.repeat(60)];
  const refused = await post({ query: 'hello', texts });
  expect(refused.status).toBe(422);
  expect(await refused.json()).toMatchObject({ code: 'input_too_long', errors: [{ path: 'texts.0' }] });
  const cut = await post({ query: 'hello', texts, truncate: true, raw_scores: true });
  const room = 32 - QUERY.length - 1;
  const [first] = (await cut.json()) as Ranked;
  expect(first!.score).toBeCloseTo(logitOf(...QUERY, ...Array(room).fill('▁hello'), '</s>'), 4);
});

test('a score of NaN is an error, never an answer', async () => {
  expect((await post({ query: 'hello', texts: ['nan'] })).status).toBe(500);
  expect((await post({ query: 'hello', texts: ['world'] })).status).toBe(200);
});

test('wrong bodies and missing credentials are refused', async () => {
  for (const body of [{ texts: ['a'] }, { query: '', texts: ['a'] }, { query: 'a', texts: [] }]) {
    expect((await post(body)).status).toBe(422);
  }
  expect((await post({ query: 'a', texts: ['a'] }, { credential: false })).status).toBe(401);
});

test('/info names the model and the measured time of one pair', async () => {
  const info = (await (await fetch(`${embedder.url}/info`, asService())).json()) as Record<string, unknown>;
  expect(info).toMatchObject({ rerank_model: 'tiny-reranker', rerank_pair_ms: expect.any(Number) });
  expect(info.rerank_pair_ms).toBeGreaterThan(0);
});

test('without a rerank model the path is 404', async () => {
  const plain = await startEmbedder({ host: '127.0.0.1', port: 0, manifest });
  await plain.ready;
  const response = await post({ query: 'a', texts: ['a'] }, { to: plain });
  expect([response.status, await response.json()]).toMatchObject([404, { code: 'not_found' }]);
  const info = (await (await fetch(`${plain.url}/info`, asService())).json()) as object;
  expect(info).toMatchObject({ rerank_model: null, rerank_pair_ms: null });
  await plain.close();
});

describe('the manifest file', () => {
  test('is read into a model manifest', async () => {
    const path = join(modelsDir, 'reranker.json');
    await writeFile(path, JSON.stringify(rerankManifest));
    expect(await readRerankManifest(path)).toMatchObject({
      id: 'tiny-reranker',
      files: rerankManifest.files,
    });
  });

  test.each([
    ['no JSON', '{'],
    ['no manifest', '{"id":"x"}'],
    ['a path for an id', JSON.stringify({ id: '../x' })],
  ])('%s is refused with the file’s name', async (_, content) => {
    const path = join(modelsDir, 'broken.json');
    await writeFile(path, content);
    await expect(readRerankManifest(path)).rejects.toThrow(`RERANK_MANIFEST: ${path} is no manifest`);
  });
});
