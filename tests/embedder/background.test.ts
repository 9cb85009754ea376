import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HASHING_MODEL, type ModelManifest, modelFolder } from '#embedder/download/manifest.ts';
import { BACKGROUND_TEXTS } from '#embedder/model/background-texts.ts';
import { type EmbeddingModel, openModel } from '#embedder/model/model.ts';
import { type Embedder, startEmbedder } from '#embedder/server.ts';
import { createServiceToken } from '#shared/auth/service-token.ts';
import { loadConfig, reloadConfig } from '#shared/core/config.ts';
import { log } from '#shared/observability/log.ts';
import { serviceKeySettings } from '#tests/embedder/service-keys.ts';
import { writeTinyModel } from '#tests/support/models/tiny-model.ts';

let modelsDir: string;
let manifest: ModelManifest;
let running: Embedder | undefined;

beforeEach(async () => {
  modelsDir = await mkdtemp(join(tmpdir(), 'embedder-background-'));
  manifest = await writeTinyModel(modelsDir);
});
afterEach(async () => {
  await running?.close();
  running = undefined;
  await rm(modelsDir, { recursive: true });
});

/** The median cosine to one language's passages, computed one by one. */
async function medianOf(model: EmbeddingModel, query: Float32Array, language: 0 | 1): Promise<number> {
  const texts = BACKGROUND_TEXTS.map((pair) => pair[language]);
  const encoded = await model.encode(texts, model.manifest.prefixes.passage);
  const cosines: number[] = [];
  for (const { ids } of encoded) {
    const [vector] = await model.embed([ids]);
    cosines.push(vector!.reduce((sum, value, i) => sum + value * query[i]!, 0));
  }
  const [low, high] = cosines.sort((a, b) => a - b).slice(cosines.length / 2 - 1, cosines.length / 2 + 1);
  return (low! + high!) / 2;
}

async function queryVector(model: EmbeddingModel): Promise<Float32Array> {
  const [encoded] = await model.encode(['hello world 안녕하세요'], model.manifest.prefixes.query);
  const [vector] = await model.embed([encoded!.ids]);
  return vector!;
}

test('every topic is there in both languages, and no text twice', () => {
  const [korean, english] = [0, 1].map((at) => new Set(BACKGROUND_TEXTS.map((pair) => pair[at])));
  expect([korean!.size, english!.size]).toEqual([48, 48]);
  for (const text of korean!) expect(text).toMatch(/\p{Script=Hangul}/u);
  for (const text of english!) expect(text).not.toMatch(/\p{Script=Hangul}/u);
});

test.each([8, 15])(
  'it is the median cosine to the passages of each language, of %d dimensions',
  async (dimensions) => {
    manifest = await writeTinyModel(modelsDir, { dimensions });
    const model = await openModel({ manifest, modelsDir });
    const query = await queryVector(model);
    const { ko, en } = model.background(query);
    expect(ko).toBeCloseTo(await medianOf(model, query, 0), 5);
    expect(en).toBeCloseTo(await medianOf(model, query, 1), 5);
    await model.close();
  },
);

test('builtin/hashing has it too', async () => {
  const model = await openModel({ manifest: HASHING_MODEL, modelsDir });
  const query = await queryVector(model);
  expect(model.background(query).en).toBeCloseTo(await medianOf(model, query, 1), 5);
  await model.close();
});

test('its vectors are kept beside the graph; damaged ones are computed anew, never used', async () => {
  const open = async () => {
    const model = await openModel({ manifest, modelsDir });
    const measured = model.background(await queryVector(model));
    await model.close();
    return measured;
  };
  const first = await open();
  const folder = join(modelFolder(modelsDir, manifest), 'optimized');
  const files = await readdir(folder, { recursive: true });
  const path = join(folder, files.find((name) => /background-\w+\.bin$/.test(name)) ?? 'none');
  const whole = await readFile(path);
  expect(await open()).toEqual(first);
  const changed = Buffer.from(whole);
  changed[50]! ^= 1;
  for (const content of [changed, whole.subarray(0, 40)]) {
    await writeFile(path, content);
    expect(await open()).toEqual(first);
    expect(await readFile(path)).toEqual(whole);
  }
});

test('kept vectors are not those of a model with another prefix', async () => {
  const plain = await openModel({ manifest, modelsDir });
  const changed = { ...manifest, prefixes: { query: 'query: ', passage: 'hello world hello world: ' } };
  const other = await openModel({ manifest: changed, modelsDir });
  const query = await queryVector(plain);
  expect(other.background(query)).not.toEqual(plain.background(query));
  await Promise.all([plain.close(), other.close()]);
});

describe('over HTTP', () => {
  beforeEach(async () => {
    Object.assign(process.env, {
      MODELS_DIR: modelsDir,
      ...serviceKeySettings(),
    });
    log.setLogLevel('SILENT');
    // Each test has a folder of its own.
    await Promise.all([reloadConfig('embedder_server'), loadConfig('auth', 'service_keys')]);
    running = await startEmbedder({ host: '127.0.0.1', port: 0, manifest });
    await running.ready;
  });

  async function post(path: string, body: object): Promise<Record<string, unknown>> {
    const response = await fetch(`${running!.url}${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${createServiceToken()}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await response.json()) as Record<string, unknown>;
  }

  test('POST /embed answers with the background of each query, in either format', async () => {
    const inputs = Array.from({ length: 70 }, (_, i) => (i % 2 === 0 ? 'hello' : 'world'));
    const { background } = await post('/embed', { inputs, kind: 'query' });
    const list = background as { ko: number; en: number }[];
    expect(list).toHaveLength(70);
    for (const [at, measured] of list.entries()) {
      expect(measured).toEqual({ ko: expect.any(Number), en: expect.any(Number) });
      expect(Math.abs(measured.ko)).toBeLessThanOrEqual(1);
      expect(measured.ko).toBeCloseTo(list[at % 2]!.ko, 4);
    }
    const packed = await post('/embed', { inputs: ['hello'], kind: 'query', encoding_format: 'base64' });
    expect((packed.background as { ko: number }[])[0]!.ko).toBeCloseTo(list[0]!.ko, 4);
  });

  test('passages, OpenAI’s route and the bare route have none', async () => {
    expect(await post('/embed', { inputs: ['hello'], kind: 'passage' })).not.toHaveProperty('background');
    const openAi = await post('/v1/embeddings', { model: 'tiny', input: 'hello', kind: 'query' });
    expect(Object.keys(openAi).sort()).toEqual(['data', 'model', 'object', 'usage']);
    expect(await post('/', { inputs: ['hello'], prompt_name: 'query' })).toEqual([expect.any(Array)]);
  });
});
