import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ModelManifest, modelFolder } from '#embedder/manifest.ts';

/**
 * A real sentence-embedding model, small enough to compute by hand: an ONNX graph that onnxruntime loads, and a
 * unigram tokenizer.json in the form of XLM-RoBERTa's. hidden[i] = words[id] + types[0], plus 1000 wherever
 * attention_mask is 0: whoever pools padding in gets visibly wrong vectors.
 */

const SPECIAL = ['<s>', '<pad>', '</s>', '<unk>'];
const WORDS = [
  '▁query',
  '▁passage',
  ':',
  '▁hello',
  '▁world',
  '▁안녕',
  '하세요',
  '▁nan',
  '▁은행',
  '에',
  '▁서',
  '▁',
];
const LETTERS = Array.from('abcdefghijklmnopqrstuvwxyz</>.,!?가나다각');
/** Token ids are positions in this list. */
export const TINY_PIECES = [...SPECIAL, ...WORDS, ...LETTERS, '<mask>'];

type TinyModelOptions = {
  dimensions?: number;
  /** Width of the graph's output where that should differ from what the manifest says. */
  graphDimensions?: number;
  maxTokens?: number;
  prefixes?: ModelManifest['prefixes'];
};
type TinyModel = { manifest: ModelManifest; files: Map<string, Buffer> };

/** The number at one place of the word table; `▁nan` has none. */
export function tinyWeight(id: number, at: number): number {
  return TINY_PIECES[id] === '▁nan' ? Number.NaN : (((id * 31 + at * 17 + id * at) % 23) - 11) / 8;
}

/** The number that token type 0 adds to every position. */
export function tinyTypeWeight(at: number): number {
  return (at % 3) / 4;
}

/** Builds the model's files in memory, and a manifest with their true sizes and hashes. */
export function buildTinyModel(options: TinyModelOptions = {}): TinyModel {
  const dimensions = options.dimensions ?? 8;
  const files = new Map([
    ['onnx/model.onnx', onnxModel(options.graphDimensions ?? dimensions)],
    ['tokenizer.json', Buffer.from(JSON.stringify(tokenizerJson()))],
    ['tokenizer_config.json', Buffer.from(JSON.stringify({ tokenizer_class: 'XLMRobertaTokenizer' }))],
  ]);
  const manifest: ModelManifest = {
    id: 'tiny',
    aliases: ['tests/tiny'],
    license: 'MIT',
    repository: 'tests/tiny',
    revision: 'r1',
    quantization: 'fp32',
    pooling: 'mean',
    dimensions,
    maxTokens: options.maxTokens ?? 16,
    prefixes: options.prefixes ?? { query: 'query: ', passage: 'passage: ' },
    padTokenId: 1,
    files: Array.from(files, ([path, data]) => ({
      path,
      bytes: data.length,
      sha256: createHash('sha256').update(data).digest('hex'),
    })),
  };
  return { manifest, files };
}

/** Writes the tiny model where a download would have put it. */
export async function writeTinyModel(
  modelsDir: string,
  options: TinyModelOptions = {},
): Promise<ModelManifest> {
  const { manifest, files } = buildTinyModel(options);
  for (const [path, data] of files) {
    const target = join(modelFolder(modelsDir, manifest), path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, data);
  }
  return manifest;
}

function tokenizerJson(): object {
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [...SPECIAL, '<mask>'].map((content) => ({
      id: TINY_PIECES.indexOf(content),
      content,
      single_word: false,
      lstrip: content === '<mask>',
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: { type: 'Precompiled', precompiled_charsmap: '' },
    pre_tokenizer: { type: 'Metaspace', replacement: '▁', add_prefix_space: true },
    post_processor: {
      type: 'TemplateProcessing',
      single: [templateToken('<s>'), { Sequence: { id: 'A', type_id: 0 } }, templateToken('</s>')],
      pair: [templateToken('<s>'), { Sequence: { id: 'A', type_id: 0 } }, templateToken('</s>')],
      special_tokens: {},
    },
    decoder: { type: 'Metaspace', replacement: '▁', add_prefix_space: true },
    model: {
      type: 'Unigram',
      unk_id: 3,
      vocab: TINY_PIECES.map((piece) => [
        piece,
        piece.startsWith('<') && piece.length > 1 ? 0 : -piece.length,
      ]),
    },
  };
}

function templateToken(id: string): object {
  return { SpecialToken: { id, type_id: 0 } };
}

// The ONNX file: protocol buffers by hand (field numbers of onnx.proto3), enough for this graph.

type Dimension = number | string;
const FLOAT = 1;
const INT64 = 7;

function onnxModel(dimensions: number): Buffer {
  const table = (rows: number, value: (row: number, at: number) => number) =>
    Float32Array.from({ length: rows * dimensions }, (_, i) =>
      value(Math.floor(i / dimensions), i % dimensions),
    );
  const size = TINY_PIECES.length;
  const graph = Buffer.concat([
    node('Gather', ['words', 'input_ids'], 'word'),
    node('Gather', ['types', 'token_type_ids'], 'type'),
    node('Add', ['word', 'type'], 'seen'),
    node('Cast', ['attention_mask'], 'mask', integerAttribute('to', FLOAT)),
    node('Sub', ['one', 'mask'], 'hole'),
    node('Unsqueeze', ['hole', 'last_axis'], 'holes'),
    node('Mul', ['holes', 'thousand'], 'garbage'),
    node('Add', ['seen', 'garbage'], 'last_hidden_state'),
    text(2, 'tiny'),
    bytes(5, floats('words', [size, dimensions], table(size, tinyWeight))),
    bytes(
      5,
      floats(
        'types',
        [1, dimensions],
        table(1, (_, at) => tinyTypeWeight(at)),
      ),
    ),
    bytes(5, floats('one', [], Float32Array.of(1))),
    bytes(5, floats('thousand', [], Float32Array.of(1000))),
    bytes(5, tensor('last_axis', [1], INT64, Buffer.from(BigInt64Array.of(-1n).buffer))),
    ...['input_ids', 'attention_mask', 'token_type_ids'].map((name) =>
      bytes(11, valueInfo(name, INT64, ['batch', 'sequence'])),
    ),
    bytes(12, valueInfo('last_hidden_state', FLOAT, ['batch', 'sequence', dimensions])),
  ]);
  return Buffer.concat([integer(1, 8), text(2, 'tiny-model'), bytes(7, graph), bytes(8, integer(2, 17))]);
}

function node(op: string, inputs: string[], output: string, attribute?: Buffer): Buffer {
  const fields = [...inputs.map((name) => text(1, name)), text(2, output), text(4, op)];
  if (attribute) fields.push(bytes(5, attribute));
  return bytes(1, Buffer.concat(fields));
}

function integerAttribute(name: string, value: number): Buffer {
  return Buffer.concat([text(1, name), integer(3, value), integer(20, 2)]);
}

function floats(name: string, dims: number[], values: Float32Array): Buffer {
  return tensor(name, dims, FLOAT, Buffer.from(values.buffer));
}

function tensor(name: string, dims: number[], type: number, raw: Buffer): Buffer {
  return Buffer.concat([
    ...dims.map((dim) => integer(1, dim)),
    integer(2, type),
    text(8, name),
    bytes(9, raw),
  ]);
}

function valueInfo(name: string, type: number, shape: Dimension[]): Buffer {
  const dims = shape.map((dim) => bytes(1, typeof dim === 'number' ? integer(1, dim) : text(2, dim)));
  const tensorType = Buffer.concat([integer(1, type), bytes(2, Buffer.concat(dims))]);
  return Buffer.concat([text(1, name), bytes(2, bytes(1, tensorType))]);
}

function integer(field: number, value: number): Buffer {
  return Buffer.concat([varint(field << 3), varint(value)]);
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value));
}

function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([varint((field << 3) | 2), varint(value.length), value]);
}

function varint(value: number): Buffer {
  const out: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    out.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...out, rest]);
}
