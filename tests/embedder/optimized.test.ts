import { chmod, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ModelManifest, modelFolder, modelPaths } from '#embedder/download/manifest.ts';
import { type EmbeddingModel, openModel } from '#embedder/model/model.ts';
import type { PreparedModel } from '#embedder/prepare/prepare-model.ts';
import { writeTinyModel } from '#tests/support/models/tiny-model.ts';

let modelsDir: string;
let manifest: ModelManifest;

beforeEach(async () => {
  modelsDir = await mkdtemp(join(tmpdir(), 'embedder-optimized-'));
  manifest = await writeTinyModel(modelsDir);
});
afterEach(async () => {
  await rm(modelsDir, { recursive: true });
});

type Opened = { prepared: PreparedModel | undefined; vectors: Float32Array[]; interactive: Float32Array[] };

/** Opens the model, embeds a few texts and closes it. */
async function embedOnce(changes: { cacheDir?: string; workers?: number } = {}): Promise<Opened> {
  let prepared: PreparedModel | undefined;
  const model: EmbeddingModel = await openModel({
    manifest,
    modelsDir,
    ...changes,
    onPrepared(found) {
      prepared = found;
    },
  });
  const encoded = await model.encode(['hello world', '안녕하세요', 'hello'], 'query: ');
  const batch = encoded.map(({ ids }) => ids);
  const vectors = await model.embed(batch);
  const interactive = await model.embed(batch, 'interactive');
  await model.close();
  return { prepared, vectors, interactive };
}

test('only the first start optimises the graph and measures batches; vectors stay the same', async () => {
  const first = await embedOnce();
  const second = await embedOnce();
  expect([first.prepared?.cache, second.prepared?.cache]).toEqual(['written', 'found']);
  expect(second.prepared).toMatchObject({ optimized: true, costs: first.prepared?.costs });
  expect(second.prepared?.weights).not.toBe(modelPaths(modelsDir, manifest).weights);
  expect(second.vectors).toEqual(first.vectors);
});

test.each([
  ['a cut graph', (folder: string) => truncate(join(folder, 'model.onnx'), 50)],
  ['a broken record', (folder: string) => writeFile(join(folder, 'record.json'), '{')],
  ['a missing file', (folder: string) => rm(join(folder, 'model.onnx'))],
])('%s in the cache is replaced, never used', async (_, damage) => {
  const { vectors } = await embedOnce();
  const cache = join(modelFolder(modelsDir, manifest), 'optimized');
  const [folder = ''] = (await readdir(cache)).filter((name) => !name.startsWith('tokenizer-'));
  await damage(join(cache, folder));
  const repaired = await embedOnce();
  expect(repaired.prepared?.cache).toBe('written');
  expect(repaired.vectors).toEqual(vectors);
  expect(await readdir(cache)).toEqual([folder, expect.stringMatching(/^tokenizer-/)]);
});

test('a damaged compiled tokenizer is compiled again, never used', async () => {
  const { vectors } = await embedOnce();
  const cache = join(modelFolder(modelsDir, manifest), 'optimized');
  const [name = ''] = (await readdir(cache)).filter((each) => each.startsWith('tokenizer-'));
  const whole = await readFile(join(cache, name));
  const damaged = Buffer.from(whole);
  damaged[100] = (damaged[100] ?? 0) ^ 1;
  for (const content of [damaged, whole.subarray(0, 60), Buffer.alloc(0)]) {
    await writeFile(join(cache, name), content);
    expect((await embedOnce()).vectors).toEqual(vectors);
    expect(await readFile(join(cache, name))).toEqual(whole);
  }
});

test('without a writable cache the model still loads', async () => {
  const cacheDir = join(modelsDir, 'a-file');
  await writeFile(cacheDir, '');
  await chmod(cacheDir, 0o444);
  const { prepared, vectors } = await embedOnce({ cacheDir });
  expect(prepared).toMatchObject({ optimized: false, cache: { failed: expect.any(String) } });
  expect(vectors).toHaveLength(3);
});

test('any number of workers, and the interactive lane, give the same vectors', async () => {
  const [one, three] = [await embedOnce({ workers: 1 }), await embedOnce({ workers: 3 })];
  expect(three.vectors).toEqual(one.vectors);
  expect(three.interactive).toEqual(one.vectors);
});
