import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readModelFolder } from '#embedder/download/model-folder.ts';
import { readManifestArgs, writeManifest } from '#embedder/download/write-manifest.ts';
import { openModel } from '#embedder/model/model.ts';
import { buildTinyModel } from '#tests/support/models/tiny-model.ts';

const GIVEN = {
  dimensions: '8',
  'max-tokens': '16',
  pooling: 'mean',
  'query-prefix': 'query: ',
  'passage-prefix': '',
};

let folder: string;
let output = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'write-manifest-'));
  output = '';
  for (const [path, data] of buildTinyModel().files) await write(path, data);
});
afterEach(() => rm(folder, { recursive: true }));

async function write(path: string, content: string | Buffer | object): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  const isRaw = typeof content === 'string' || Buffer.isBuffer(content);
  await writeFile(join(folder, path), isRaw ? content : JSON.stringify(content));
}

type Options = Partial<Parameters<typeof writeManifest>[0]>;

/** @returns the manifest.json that was written */
async function run({ given = GIVEN, ask = null }: Options = {}): Promise<Record<string, unknown>> {
  const target = {
    write(text: string) {
      output += text;
      return true;
    },
  };
  await writeManifest({ folder, given, ask, output: target });
  return JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as Record<string, unknown>;
}

test('sizes and hashes are computed, and the folder is then usable', async () => {
  await run();
  const manifest = await readModelFolder(folder);
  for (const { path, bytes, sha256 } of manifest.files) {
    const content = await readFile(join(folder, path));
    expect([bytes, sha256]).toEqual([content.length, createHash('sha256').update(content).digest('hex')]);
  }
  const model = await openModel({ manifest, modelsDir: folder });
  expect(model.maxInputTokens).toBe(16 - 2 - 2);
  await model.close();
  expect(output).toContain(`EMBEDDING_MODEL=${folder} serves`);
});

test('what the folder says is taken, and nothing is asked for', async () => {
  await write('config.json', {
    _name_or_path: 'team/sentence-model',
    model_type: 'xlm-roberta',
    hidden_size: 8,
    max_position_embeddings: 34,
    pad_token_id: 1,
  });
  await write('1_Pooling/config.json', { pooling_mode_cls_token: true, pooling_mode_mean_tokens: false });
  await write('config_sentence_transformers.json', { prompts: { query: 'Q: ', document: 'D: ' } });
  await write('tokenizer_config.json', { pad_token: { content: '<pad>' } });
  expect(await run({ given: {} })).toMatchObject({
    id: 'sentence-model',
    dimensions: 8,
    maxTokens: 32,
    pooling: 'cls',
    prefixes: { query: 'Q: ', passage: 'D: ' },
    padTokenId: 1,
    files: ['onnx/model.onnx', 'tokenizer.json', 'tokenizer_config.json', 'config.json'].map((path) => ({
      path,
      bytes: expect.any(Number),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    })),
  });
});

test('the window of sentence-transformers wins over the longest', async () => {
  await write('config.json', { max_position_embeddings: 512 });
  await write('sentence_bert_config.json', { max_seq_length: 128 });
  const { 'max-tokens': _, ...given } = GIVEN;
  expect(await run({ given })).toMatchObject({ maxTokens: 128 });
});

test('a manifest keeps what it says; only its hashes are new', async () => {
  const kept = { ...(await run()), id: 'kept', license: 'MIT', aliases: ['team/kept'] };
  await write('manifest.json', { ...kept, files: [{ path: 'onnx/model.onnx' }] });
  expect(await run({ given: {} })).toMatchObject(kept);
});

test('without a terminal the missing options are listed', async () => {
  const refused = String(await run({ given: { dimensions: '8' } }).catch((error: unknown) => error));
  expect(refused).toContain(`npm run model -- --manifest ${folder}`);
  const listed = Array.from(refused.matchAll(/^ {2}--([\w-]+)/gm), ([, option]) => option);
  expect(listed).toEqual(['max-tokens', 'pooling', 'query-prefix', 'passage-prefix']);
});

test('on a terminal only what the folder does not say is asked for', async () => {
  await write('config.json', { hidden_size: 8, max_position_embeddings: 16 });
  const asked: string[] = [];
  const ask = async (question: string) => {
    asked.push(question);
    return question.includes('pooling') ? 'cls' : '';
  };
  expect(await run({ given: {}, ask })).toMatchObject({
    pooling: 'cls',
    prefixes: { query: '', passage: '' },
  });
  expect(asked).toHaveLength(3);
});

test('of several .onnx files one has to be chosen; its data files come along', async () => {
  await write('onnx/model_quantized.onnx', buildTinyModel().files.get('onnx/model.onnx')!);
  await write('onnx/model.onnx_data', 'a part of the weights');
  await write('onnx/model_quantized.onnx_data', 'a part of others');
  await expect(run()).rejects.toThrow('--weights …  which .onnx file');
  const { files } = (await run({ given: { ...GIVEN, weights: 'onnx/model.onnx' } })) as {
    files: { path: string }[];
  };
  expect(files.map(({ path }) => path).slice(0, 2)).toEqual(['onnx/model.onnx', 'onnx/model.onnx_data']);
});

test.each([
  ['a pooling that there is not', { ...GIVEN, pooling: 'max' }, 'pooling: '],
  ['a number that is none', { ...GIVEN, dimensions: 'many' }, 'dimensions: '],
  ['weights that are not there', { ...GIVEN, weights: 'other.onnx' }, 'other.onnx is missing'],
])('%s is refused, and nothing is written', async (_, given, message) => {
  await expect(run({ given })).rejects.toThrow(message);
  await expect(readFile(join(folder, 'manifest.json'))).rejects.toThrow('ENOENT');
});

test('a folder without weights is refused', async () => {
  await rm(join(folder, 'onnx'), { recursive: true });
  await expect(run()).rejects.toThrow('has no .onnx file');
});

test('the command line: the folder and its options; an unknown one is refused', () => {
  expect(readManifestArgs(['multilingual-e5-small'])).toBeNull();
  expect(readManifestArgs(['--manifest', 'mine', '--pooling', 'cls', '--query-prefix', ''])).toEqual({
    folder: 'mine',
    given: { pooling: 'cls', 'query-prefix': '' },
  });
  expect(() => readManifestArgs(['--manifest', 'mine', '--poling', 'cls'])).toThrow('--poling');
  expect(() => readManifestArgs(['--manifest'])).toThrow();
});
