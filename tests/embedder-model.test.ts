import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HASHING_MODEL, identityOf, modelPaths } from '#embedder/manifest.ts';
import { type EmbeddingModel, openModel } from '#embedder/model.ts';
import { TINY_PIECES, tinyVector, writeTinyModel } from './support/tiny-model.ts';

const DIMENSIONS = 8;
let modelsDir: string;
const open: EmbeddingModel[] = [];

beforeEach(async () => {
  modelsDir = await mkdtemp(join(tmpdir(), 'embedder-model-'));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((model) => model.close()));
  await rm(modelsDir, { recursive: true });
});

async function tiny(options: Parameters<typeof writeTinyModel>[1] = {}): Promise<EmbeddingModel> {
  const manifest = await writeTinyModel(modelsDir, options);
  const model = await openModel({ manifest, modelsDir });
  open.push(model);
  return model;
}

function idsOf(...pieces: string[]): Int32Array<ArrayBuffer> {
  return Int32Array.from(pieces, (piece) => TINY_PIECES.indexOf(piece));
}

function cosine(a: Iterable<number>, b: Iterable<number>): number {
  const other = Array.from(b);
  return Array.from(a).reduce((sum, value, i) => sum + value * other[i]!, 0);
}

test('a vector is the normalised mean of the hidden states, computed by hand to float32 precision', async () => {
  const model = await tiny();
  const ids = idsOf('<s>', '▁hello', '▁world', '</s>');
  const [vector] = await model.embed([ids]);
  for (const [i, value] of tinyVector(ids).entries()) expect(vector![i]).toBeCloseTo(value, 6);
});

test('text, prefix and special tokens reach the model as the manifest says', async () => {
  const model = await tiny();
  const [encoded] = await model.encode(['hello world'], 'query: ');
  expect(encoded!.ids).toEqual(idsOf('<s>', '▁query', ':', '▁hello', '▁world', '</s>'));
  expect(encoded).toMatchObject({ tokens: 6, overflow: false });
  const [vector] = await model.embed([encoded!.ids]);
  expect(cosine(vector!, tinyVector(encoded!.ids))).toBeGreaterThan(0.999_999);
});

test('a text alone and the same text padded beside longer ones get the same vector', async () => {
  const model = await tiny();
  const short = idsOf('<s>', '▁hello', '</s>');
  const long = idsOf('<s>', '▁passage', ':', '▁world', '▁안녕', '하세요', 'a', 'b', '</s>');
  const [alone] = await model.embed([short]);
  const [together, other] = await model.embed([short, long]);
  expect(cosine(alone!, together!)).toBeGreaterThanOrEqual(0.9999);
  expect(cosine(other!, tinyVector(long))).toBeGreaterThanOrEqual(0.9999);
});

test('the window, the prefixes and the special tokens decide what a text may hold', async () => {
  const model = await tiny({ maxTokens: 16 });
  expect(model.maxInputTokens).toBe(16 - 2 - 2);
  const [encoded] = await model.encode(['hello '.repeat(40)], 'passage: ');
  expect(encoded).toMatchObject({ tokens: 16, overflow: true });
  expect(encoded!.ids.at(-1)).toBe(TINY_PIECES.indexOf('</s>'));
  expect(await model.count([' hello'.repeat(40), '', '안녕하세요'])).toEqual([40, 0, 2]);
});

test('a model that computes NaN fails the batch instead of returning it, and goes on with the next', async () => {
  const model = await tiny();
  await expect(model.embed([idsOf('<s>', '▁nan', '</s>')])).rejects.toThrow('not finite');
  await expect(model.embed([idsOf('<s>', '▁hello', '</s>')])).resolves.toHaveLength(1);
});

test('an id outside the vocabulary fails the batch, not the service', async () => {
  const model = await tiny();
  await expect(model.embed([Int32Array.of(0, 9_999, 2)])).rejects.toThrow();
  await expect(model.embed([idsOf('<s>', '▁hello', '</s>')])).resolves.toHaveLength(1);
});

test('a model of another shape than its manifest says is refused at the start', async () => {
  await expect(tiny({ dimensions: DIMENSIONS, graphDimensions: 12 })).rejects.toThrow(
    "The model's output 'last_hidden_state' is float32 [1, 2, 12], expected float32 [1, 2, 8].",
  );
});

describe('a damaged file is named, with what is wrong and how to repair it', () => {
  test('truncated weights', async () => {
    const manifest = await writeTinyModel(modelsDir);
    const { weights } = modelPaths(modelsDir, manifest);
    await truncate(weights, 100);
    await expect(openModel({ manifest, modelsDir })).rejects.toThrow(
      `Model file ${weights} is damaged: 100 bytes instead of ${manifest.files[0]!.bytes}. Run \`npm run model -- tiny\`.`,
    );
  });

  test('one changed byte', async () => {
    const manifest = await writeTinyModel(modelsDir);
    const { tokenizer } = modelPaths(modelsDir, manifest);
    const content = await readFile(tokenizer);
    content[50]! ^= 1;
    await writeFile(tokenizer, content);
    await expect(openModel({ manifest, modelsDir })).rejects.toThrow(
      `Model file ${tokenizer} is damaged: its SHA-256 is not the pinned one.`,
    );
  });

  test('a missing file', async () => {
    const manifest = await writeTinyModel(modelsDir);
    const { tokenizerConfig } = modelPaths(modelsDir, manifest);
    await rm(tokenizerConfig);
    await expect(openModel({ manifest, modelsDir })).rejects.toThrow(
      `Model file ${tokenizerConfig} is missing.`,
    );
  });

  test('a file that has the pinned hash but is no model', async () => {
    const manifest = await writeTinyModel(modelsDir);
    const { weights } = modelPaths(modelsDir, manifest);
    const garbage = Buffer.from('this is not protobuf');
    await writeFile(weights, garbage);
    const { createHash } = await import('node:crypto');
    const files = manifest.files.map((file, i) =>
      i === 0
        ? { ...file, bytes: garbage.length, sha256: createHash('sha256').update(garbage).digest('hex') }
        : file,
    );
    await expect(openModel({ manifest: { ...manifest, files }, modelsDir })).rejects.toThrow(
      `${weights} is not a usable ONNX model`,
    );
  });
});

test('builtin/hashing needs no file and says which vectors it makes', async () => {
  const model = await openModel({ manifest: HASHING_MODEL, modelsDir });
  open.push(model);
  expect(model.identity).toBe(identityOf(HASHING_MODEL));
  expect(model.maxInputTokens).toBe(512);
  const [encoded] = await model.encode(['임베딩 서버'], '');
  const [vector] = await model.embed([encoded!.ids]);
  expect(vector).toHaveLength(384);
  expect(cosine(vector!, vector!)).toBeCloseTo(1, 5);
});
