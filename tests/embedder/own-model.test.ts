import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { identityOf } from '#embedder/download/manifest.ts';
import { findManifest } from '#embedder/download/model-folder.ts';
import { loadModel } from '#embedder/model/load-model.ts';
import type { EmbeddingModel } from '#embedder/model/model.ts';
import { loadConfig, reloadConfig } from '#shared/core/config.ts';
import { log } from '#shared/observability/log.ts';
import { buildTinyModel, TINY_PIECES, tinyVector } from '#tests/support/models/tiny-model.ts';
import { TINY_BPE, TINY_WORDPIECE } from '#tests/support/models/tiny-tokenizers.ts';

type Json = Record<string, unknown>;

let folder: string;
const open: EmbeddingModel[] = [];

beforeAll(async () => {
  log.setLogLevel('SILENT');
  await loadConfig('embedder_server');
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'own-model-'));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((model) => model.close()));
  await rm(folder, { recursive: true });
});

/** Writes the tiny model as people bring theirs: its files, and a manifest.json beside them. */
async function writeFolder(
  options: Parameters<typeof buildTinyModel>[0] = {},
  changes: Json = {},
): Promise<Json> {
  const { manifest, files } = buildTinyModel(options);
  for (const [path, data] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), data);
  }
  const { dimensions, maxTokens, pooling, prefixes, padTokenId } = manifest;
  const own = { id: 'own', dimensions, maxTokens, pooling, prefixes, padTokenId, files: manifest.files };
  return await writeManifestFile({ ...own, ...changes });
}

async function writeManifestFile(content: Json): Promise<Json> {
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(content));
  return content;
}

/** Loads the model that the setting names, as the server does. */
async function load(name = folder): Promise<EmbeddingModel> {
  process.env.EMBEDDING_MODEL = name;
  await reloadConfig('embedder_server');
  const model = await loadModel(undefined, () => undefined);
  open.push(model);
  return model;
}

async function embed(model: EmbeddingModel, texts: string[]): Promise<Float32Array[]> {
  const encoded = await model.encode(texts, '');
  return await model.embed(encoded.map(({ ids }) => ids));
}

function expectVector(vector: Float32Array | undefined, expected: number[]): void {
  expect(vector).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(vector![i]).toBeCloseTo(value, 5);
}

async function idsOf(model: EmbeddingModel, text: string): Promise<number[]> {
  const [encoded] = await model.encode([text], '');
  return Array.from(encoded!.ids);
}

describe('a folder is served', () => {
  test.each([
    ['by its absolute path', () => folder],
    ['by its path relative to the working directory', () => relative(process.cwd(), folder)],
  ])('%s', async (_, nameOf) => {
    await writeFolder({ dimensions: 16 });
    const model = await load(nameOf());
    expect(model.identity).toMatch(/^own@[0-9a-f]{12}:fp32:mean$/);
    const [vector] = await embed(model, ['hello world']);
    expectVector(vector, tinyVector(await idsOf(model, 'hello world'), 16));
  });

  test('by an alias for clients, and with its own revision beside the identity', async () => {
    await writeFolder({}, { aliases: ['team/own'], revision: 'main', license: 'MIT' });
    const { manifest, identity } = await load();
    expect(manifest).toMatchObject({ aliases: ['team/own'], revision: 'main', license: 'MIT' });
    expect(identity).not.toContain('main');
  });
});

describe('the identity', () => {
  const identity = async () => identityOf(await findManifest(folder));

  test('changes with the bytes of any file and with the prefixes, not with the folder or the licence', async () => {
    const content = await writeFolder();
    const first = await identity();
    await writeManifestFile({ ...content, license: 'another' });
    expect(await identity()).toBe(first);
    await writeManifestFile({ ...content, prefixes: { query: 'q: ', passage: 'passage: ' } });
    expect(await identity()).not.toBe(first);
    const [weights, ...others] = content.files as Json[];
    await writeManifestFile({ ...content, files: [{ ...weights, sha256: 'a'.repeat(64) }, ...others] });
    expect(await identity()).not.toBe(first);
  });

  test.each([
    ['onnx/model_quantized.onnx', 'int8'],
    ['onnx/model_int8.onnx', 'int8'],
    ['onnx/model_q4.onnx', 'q4'],
    ['model_fp16.onnx', 'fp16'],
    ['onnx/model.onnx', 'fp32'],
  ])(
    'has the quantization in the name of %s, unless the manifest says another',
    async (path, quantization) => {
      const content = await writeFolder();
      const [weights, ...others] = content.files as Json[];
      const files = [{ ...weights, path }, ...others];
      await writeManifestFile({ ...content, files });
      expect(await identity()).toMatch(new RegExp(`:${quantization}:mean$`));
      await writeManifestFile({ ...content, files, quantization: 'q4' });
      expect(await identity()).toMatch(/:q4:mean$/);
    },
  );
});

describe('vectors', () => {
  const texts = ['hello', 'hello world 안녕하세요'];

  test('pooling cls takes the first token, whatever follows', async () => {
    await writeFolder({ pooling: 'cls', dimensions: 12 });
    const model = await load();
    expect(model.identity).toMatch(/:cls$/);
    for (const vector of await embed(model, texts))
      expectVector(vector, tinyVector([TINY_PIECES.indexOf('<s>')], 12));
  });

  test.each(['sentence', 'unusual'] as const)(
    'are the same from a graph with %s outputs',
    async (outputs) => {
      await writeFolder({ outputs });
      const model = await load();
      for (const [at, vector] of (await embed(model, texts)).entries())
        expectVector(vector, tinyVector(await idsOf(model, texts[at]!)));
    },
  );

  test('a graph without token_type_ids is fed without them', async () => {
    await writeFolder({ tokenTypes: false });
    const model = await load();
    const [vector] = await embed(model, ['hello']);
    expectVector(vector, tinyVector(await idsOf(model, 'hello')));
  });

  test.each([
    ['WordPiece', TINY_WORDPIECE, 'Hello unbelievable world! 휴가는 며칠인가요?'],
    ['BPE', TINY_BPE, 'hello world 안녕'],
  ])('with a %s tokenizer are those of its own ids', async (_, tokenizer, text) => {
    await writeFolder({ tokenizer, dimensions: 24, maxTokens: 64, prefixes: { query: '', passage: '' } });
    const model = await load();
    const ids = await idsOf(model, text);
    const [vector] = await embed(model, [text]);
    expectVector(vector, tinyVector(ids, 24, tokenizer.pieces));
    expect(await model.count([text])).toEqual([ids.length - 2]);
  });
});

describe('a folder that cannot be used is refused with the fault and the remedy', () => {
  const refusal = async () => String(await load().catch((error: unknown) => error));

  test.each([
    ['an id', { id: undefined }, 'id: is missing'],
    ['a pooling', { pooling: undefined }, 'pooling: '],
    ['its dimensions', { dimensions: undefined }, 'dimensions: is missing'],
    ['its window', { maxTokens: undefined }, 'maxTokens: is missing'],
    ['prefixes', { prefixes: undefined }, 'prefixes: is missing'],
    ['the prefix of queries', { prefixes: { passage: '' } }, 'prefixes.query: is missing'],
  ])('without %s', async (_, change, message) => {
    await writeFolder({}, change);
    expect(await refusal()).toContain(`${folder}/manifest.json is not usable: ${message}`);
  });

  test.each([
    ['another pooling', { pooling: 'max' }, 'pooling: '],
    ['a misspelt field', { padToken: 1 }, 'padToken'],
    ['more dimensions than the vector stores take', { dimensions: 5_000 }, 'dimensions: '],
    [
      'a file outside of it',
      { files: [{ path: '../model.onnx', bytes: 1, sha256: 'a' }] },
      'inside the folder',
    ],
  ])('with %s', async (_, change, message) => {
    await writeFolder({}, change);
    expect(await refusal()).toContain(message);
  });

  test.each([
    ['without its files', (files: Json[]) => files && undefined, 'lacks its files'],
    [
      'without a hash',
      ([first, ...more]: Json[]) => [{ ...first, sha256: undefined }, ...more],
      'lacks the size or hash',
    ],
  ])('%s, with the command that writes them', async (_, change, message) => {
    const content = await writeFolder();
    await writeManifestFile({ ...content, files: change(content.files as Json[]) });
    const refused = await refusal();
    expect(refused).toContain(message);
    expect(refused).toContain(`\`npm run model -- --manifest ${folder}\``);
  });

  test.each([
    [
      'tokenizer.json',
      'lists no tokenizer.json. The tokenizer must be in the form of the tokenizers library',
    ],
    ['onnx/model.onnx', 'exactly one .onnx file, and has none'],
  ])('without %s in its list', async (path, message) => {
    const content = await writeFolder();
    const files = (content.files as Json[]).filter((file) => file.path !== path);
    await writeManifestFile({ ...content, files });
    expect(await refusal()).toContain(message);
  });

  test('with a missing file, never with another model in its place', async () => {
    await writeFolder();
    await rm(join(folder, 'tokenizer.json'));
    expect(await refusal()).toContain(`Model file ${folder}/tokenizer.json is missing. Copy it again`);
  });

  test('with a changed file', async () => {
    await writeFolder();
    const path = join(folder, 'onnx/model.onnx');
    const content = await readFile(path);
    content[60]! ^= 1;
    await writeFile(path, content);
    expect(await refusal()).toMatch(
      /SHA-256 is not the pinned one\. Copy it again, or, if the model was changed on purpose, run `npm run model -- --manifest /,
    );
  });

  test('with an unlisted data file, which onnxruntime would read unverified', async () => {
    await writeFolder();
    await writeFile(join(folder, 'onnx/model.onnx_data'), 'weights');
    expect(await refusal()).toContain('does not list onnx/model.onnx_data');
  });

  test('with other dimensions than its graph gives', async () => {
    await writeFolder({ dimensions: 8, graphDimensions: 12 });
    const refused = await refusal();
    expect(refused).toContain('expected float32 [1, 2, 8]. The manifest should say "dimensions": 12.');
    expect(refused).toContain(`Correct ${folder}/manifest.json or the files beside it`);
  });

  test('with a graph for one size of batch', async () => {
    await writeFolder({ batch: 1 });
    expect(await refusal()).toContain(
      "input 'input_ids' is fixed to [1, sequence]: export it with dynamic axes",
    );
  });

  test('with a longer window than the model has positions for', async () => {
    await writeFolder({ maxTokens: 514 });
    const config = { model_type: 'xlm-roberta', max_position_embeddings: 514, pad_token_id: 1 };
    await writeFile(join(folder, 'config.json'), JSON.stringify(config));
    expect(await refusal()).toContain('maxTokens is 514, but the model has positions for 512 only');
  });

  test.each([
    [{ model: { type: 'WordLevel', vocab: { a: 0 } } }, 'is of type WordLevel; this service reads Unigram'],
    [
      { pre_tokenizer: { type: 'Nonsense' } },
      'has a part that this service cannot read (Unknown PreTokenizer',
    ],
  ])('with a tokenizer that it does not read: %j', async (change, message) => {
    const file = { ...TINY_WORDPIECE.file, ...change };
    await writeFolder({ tokenizer: { ...TINY_WORDPIECE, file } });
    expect(await refusal()).toContain(message);
  });

  test('without a manifest, with the command that writes it', async () => {
    expect(await refusal()).toContain(
      `${folder} has no manifest.json. \`npm run model -- --manifest ${folder}\` writes it`,
    );
  });
});

test('a name that is neither a model nor a folder lists the known models', async () => {
  await expect(findManifest('./not-there')).rejects.toThrow('Known: multilingual-e5-small');
});
