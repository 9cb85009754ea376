import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  HASHING_MODEL,
  identityOf,
  type ModelManifest,
  modelFolder,
  modelPaths,
} from '#embedder/download/manifest.ts';
import { type EmbeddingModel, openModel } from '#embedder/model/model.ts';
import { openReranker } from '#embedder/model/reranker.ts';
import { buildTinyModel, TINY_PIECES, tinyVector, writeTinyModel } from '#tests/support/models/tiny-model.ts';
import { writeTinyReranker } from '#tests/support/models/tiny-reranker.ts';

const DIMENSIONS = 8;
const LIMITS = {
  maxBatchTexts: 8,
  maxTokenizeTexts: 8,
  maxInputChars: 1_000,
  maxBodyBytes: 10_000,
  maxQueueTokens: 1_000,
  deadlineMs: 10_000,
};
let modelsDir: string;
const open: EmbeddingModel[] = [];

beforeEach(async () => {
  modelsDir = await mkdtemp(join(tmpdir(), 'embedder-model-'));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((model) => model.close()));
  await rm(modelsDir, { recursive: true });
});

async function openTiny(options: Parameters<typeof writeTinyModel>[1] = {}): Promise<EmbeddingModel> {
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
  const model = await openTiny();
  const ids = idsOf('<s>', '▁hello', '▁world', '</s>');
  const [vector] = await model.embed([ids]);
  for (const [i, value] of tinyVector(ids).entries()) expect(vector![i]).toBeCloseTo(value, 6);
});

test('a text is encoded with the manifest’s prefix and special tokens', async () => {
  const model = await openTiny();
  const [encoded] = await model.encode(['hello world'], 'query: ');
  expect(encoded!.ids).toEqual(idsOf('<s>', '▁query', ':', '▁hello', '▁world', '</s>'));
  expect(encoded).toMatchObject({ tokens: 6, overflow: false });
  const [vector] = await model.embed([encoded!.ids]);
  expect(cosine(vector!, tinyVector(encoded!.ids))).toBeGreaterThan(0.999_999);
});

test('a text alone and the same text padded beside longer ones get the same vector', async () => {
  const model = await openTiny();
  const short = idsOf('<s>', '▁hello', '</s>');
  const long = idsOf('<s>', '▁passage', ':', '▁world', '▁안녕', '하세요', 'a', 'b', '</s>');
  const [alone] = await model.embed([short]);
  const [together, other] = await model.embed([short, long]);
  expect(cosine(alone!, together!)).toBeGreaterThanOrEqual(0.9999);
  expect(cosine(other!, tinyVector(long))).toBeGreaterThanOrEqual(0.9999);
});

test('the window less prefix and special tokens limits a text', async () => {
  const model = await openTiny({ maxTokens: 16 });
  expect(model.maxInputTokens).toBe(16 - 2 - 2);
  const [encoded] = await model.encode(['hello '.repeat(40)], 'passage: ');
  expect(encoded).toMatchObject({ tokens: 16, overflow: true });
  expect(encoded!.ids.at(-1)).toBe(TINY_PIECES.indexOf('</s>'));
  expect(await model.count([' hello'.repeat(40), '', '안녕하세요'])).toEqual([40, 0, 2]);
});

test('a batch with NaN fails, and the next one is computed', async () => {
  const model = await openTiny();
  await expect(model.embed([idsOf('<s>', '▁nan', '</s>')])).rejects.toThrow('not finite');
  await expect(model.embed([idsOf('<s>', '▁hello', '</s>')])).resolves.toHaveLength(1);
});

test('an id outside the vocabulary fails the batch, not the service', async () => {
  const model = await openTiny();
  await expect(model.embed([Int32Array.of(0, 9_999, 2)])).rejects.toThrow();
  await expect(model.embed([idsOf('<s>', '▁hello', '</s>')])).resolves.toHaveLength(1);
});

test('a model whose output has other dimensions than its manifest is refused at the start', async () => {
  await expect(openTiny({ dimensions: DIMENSIONS, graphDimensions: 12 })).rejects.toThrow(
    "The model's output 'last_hidden_state' is float32 [1, 2, 12], expected float32 [1, 2, 8].",
  );
});

describe('the error for a damaged file names the file, its fault and the repair', () => {
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

  test.each(['onnx/model.onnx', 'tokenizer.json', 'tokenizer_config.json'])('a missing %s', async (path) => {
    const manifest = await writeTinyModel(modelsDir);
    const missing = join(modelFolder(modelsDir, manifest), path);
    await rm(missing);
    await expect(openModel({ manifest, modelsDir })).rejects.toThrow(
      `Model file ${missing} is missing. Run \`npm run model -- tiny\`.`,
    );
  });
});

describe('a pinned file of the wrong kind is refused at the start', () => {
  const tokenizerFile = buildTinyModel().files.get('tokenizer.json')!;
  const { model, ...rest } = JSON.parse(String(tokenizerFile)) as { model: { vocab: [string, number][] } };
  const larger = { ...model, vocab: [...model.vocab, ['another', -3]] };
  const ids = Object.fromEntries(model.vocab.map(([piece], id) => [piece, id]));
  const wordPiece = { type: 'WordPiece', unk_token: '<unk>', continuing_subword_prefix: '##' };
  const otherFamily = { ...wordPiece, max_input_chars_per_word: 100, vocab: { ...ids, another: 500 } };
  const graph = buildTinyModel().files.get('onnx/model.onnx')!;

  test.each([
    ['weights that are not a model', 'onnx/model.onnx', 'this is not protobuf', 'is not a usable ONNX model'],
    ['half of the weights', 'onnx/model.onnx', graph.subarray(0, graph.length / 2), 'is not a usable ONNX'],
    ['a tokenizer that is not JSON', 'tokenizer.json', '{"model":', 'tokenizer.json is not valid JSON.'],
    ['a tokenizer without a model', 'tokenizer.json', '{}', '`model` or `added_tokens` is missing.'],
    ['a configuration that is not JSON', 'tokenizer_config.json', 'x', 'tokenizer_config.json is not valid'],
    [
      'the tokenizer of another model',
      'tokenizer.json',
      JSON.stringify({ ...rest, model: larger }),
      `Its tokenizer gives ids up to ${TINY_PIECES.length}, which its weights do not know`,
    ],
    [
      'the tokenizer of another model and family',
      'tokenizer.json',
      JSON.stringify({ ...rest, model: otherFamily }),
      'Its tokenizer gives ids up to 500, which its weights do not know',
    ],
  ])('%s', async (_, path, content, message) => {
    const manifest = await writeWithContent(path, Buffer.from(content));
    const refused = await openModel({ manifest, modelsDir }).catch((error: Error) => error);
    expect(refused).toBeInstanceOf(Error);
    const text = String(refused);
    expect(text).toContain(message);
    expect(text).toMatch(/^Error: Model tiny cannot be used: /);
    expect(text).toMatch(/another download does not help: choose another model with EMBEDDING_MODEL\.$/);
  });

  test('a classifier of two scores in place of a reranker', async () => {
    const manifest = await writeTinyReranker(modelsDir, { scores: 2 });
    await expect(openReranker({ manifest, modelsDir, limits: LIMITS })).rejects.toThrow(
      /^Model tiny-reranker cannot be used: The model's output 'logits' is float32 \[1, 2\], expected float32 \[1, 1\]\. .* correct the file in RERANK_MANIFEST\.$/,
    );
  });
});

/** Writes the tiny model with other content in one file, and a manifest that pins this content. */
async function writeWithContent(path: string, content: Buffer): Promise<ModelManifest> {
  const manifest = await writeTinyModel(modelsDir);
  await writeFile(join(modelFolder(modelsDir, manifest), path), content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const files = manifest.files.map((file) =>
    file.path === path ? { path, bytes: content.length, sha256 } : file,
  );
  return { ...manifest, files };
}

test('builtin/hashing needs no file and has its own identity', async () => {
  const model = await openModel({ manifest: HASHING_MODEL, modelsDir });
  open.push(model);
  expect(model.identity).toBe(identityOf(HASHING_MODEL));
  expect(model.maxInputTokens).toBe(512);
  const [encoded] = await model.encode(['임베딩 서버'], '');
  const [vector] = await model.embed([encoded!.ids]);
  expect(vector).toHaveLength(384);
  expect(cosine(vector!, vector!)).toBeCloseTo(1, 5);
});
