import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ModelManifest, modelFolder } from '#embedder/download/manifest.ts';
import { addFaults } from './model-faults.ts';
import { OnnxGraph } from './onnx-graph.ts';
import type { TinyTokenizer } from './tiny-tokenizers.ts';

/**
 * A sentence-embedding model small enough to compute by hand: an ONNX graph that onnxruntime loads, and a unigram
 * tokenizer.json in XLM-RoBERTa's form. hidden[i] = words[id] + types[0], plus 1000 where attention_mask is 0, so that
 * pooling the padding gives clearly wrong vectors.
 */

/** ONNX's code for the type float32. */
const FLOAT = 1;
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
  /** Width of the graph's output, when it should differ from the manifest's dimensions. */
  graphDimensions?: number;
  maxTokens?: number;
  prefixes?: ModelManifest['prefixes'];
  /** Whether the words in `BREAKING` break a batch. */
  breakable?: boolean;
  pooling?: 'mean' | 'cls';
  /** Another tokenizer than the unigram one; the word table gets a row for each of its pieces. */
  tokenizer?: TinyTokenizer;
  /**
   * The graph's outputs: the hidden state by its usual name; the mean that the graph computes itself, before the hidden
   * state; or a pooler's output and then the hidden state by another name.
   */
  outputs?: 'hidden' | 'sentence' | 'unusual';
  /** Whether the graph has the input `token_type_ids`. */
  tokenTypes?: boolean;
  /** The number of texts that the graph takes; any number without it. */
  batch?: number;
};
type TinyModel = { manifest: ModelManifest; files: Map<string, Buffer> };

/** One weight of the word table; NaN for `▁nan`. */
function tinyWeight(id: number, at: number, pieces: readonly string[] = TINY_PIECES): number {
  return pieces[id] === '▁nan' ? Number.NaN : (((id * 31 + at * 17 + id * at) % 23) - 11) / 8;
}

/** The weight of token type 0, which is added to every position. */
function tinyTypeWeight(at: number): number {
  return (at % 3) / 4;
}

/**
 * Computes a text's vector by hand, in double precision: the normalised mean of its rows, which for `cls` pooling are
 * those of the first token.
 */
export function tinyVector(ids: Iterable<number>, dimensions = 8, pieces = TINY_PIECES): number[] {
  const rows = Array.from(ids);
  const mean = Array.from({ length: dimensions }, (_, at) => {
    const sum = rows.reduce((total, id) => total + tinyWeight(id, at, pieces) + tinyTypeWeight(at), 0);
    return sum / rows.length;
  });
  const norm = Math.sqrt(mean.reduce((squares, value) => squares + value * value, 0));
  return mean.map((value) => value / norm);
}

/** Builds the model's files in memory, and a manifest with their sizes and hashes. */
export function buildTinyModel(options: TinyModelOptions = {}): TinyModel {
  const { dimensions = 8, tokenizer = unigram() } = options;
  const files = new Map([
    ['onnx/model.onnx', Buffer.concat(encoderGraph(options))],
    ['tokenizer.json', Buffer.from(JSON.stringify(tokenizer.file))],
    ['tokenizer_config.json', Buffer.from(JSON.stringify(tokenizer.config))],
  ]);
  const manifest: ModelManifest = {
    id: 'tiny',
    aliases: ['tests/tiny'],
    license: 'MIT',
    repository: 'tests/tiny',
    revision: 'r1',
    quantization: 'fp32',
    pooling: options.pooling ?? 'mean',
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

/** Writes the tiny model to the folder that a download would use. */
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

function unigram(): TinyTokenizer {
  const config = { tokenizer_class: 'XLMRobertaTokenizer' };
  return { pieces: TINY_PIECES, file: tokenizerJson(), config };
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

function encoderGraph(options: TinyModelOptions): Buffer[] {
  const dimensions = options.graphDimensions ?? options.dimensions ?? 8;
  const { tokenTypes = true, tokenizer = unigram(), batch = 'batch' } = options;
  const graph = new OnnxGraph(17);
  for (const name of ['input_ids', 'attention_mask', ...(tokenTypes ? ['token_type_ids'] : [])]) {
    graph.input(name, 'int64', [batch, 'sequence']);
  }
  const table = (rows: number, value: (row: number, at: number) => number) =>
    Float32Array.from({ length: rows * dimensions }, (_, i) =>
      value(Math.floor(i / dimensions), i % dimensions),
    );
  const size = tokenizer.pieces.length;
  const words = graph.weights(
    'words',
    [size, dimensions],
    table(size, (id, at) => tinyWeight(id, at, tokenizer.pieces)),
  );
  const types = graph.weights(
    'types',
    [1, dimensions],
    table(1, (_, at) => tinyTypeWeight(at)),
  );
  const word = graph.node('Gather', [words, 'input_ids']);
  const seen = graph.node('Add', [
    word,
    tokenTypes ? graph.node('Gather', [types, 'token_type_ids']) : types,
  ]);
  const mask = graph.node('Cast', ['attention_mask'], { to: FLOAT });
  const hole = graph.node('Sub', [graph.float('one', 1), mask]);
  const holes = graph.node('Unsqueeze', [hole, graph.integers('last_axis', [-1])]);
  const paddingValue = graph.node('Mul', [holes, graph.float('thousand', 1_000)]);
  const output = options.breakable ? graph.node('Add', [seen, addFaults(graph, TINY_PIECES)]) : seen;
  const hidden = graph.node('Add', [output, paddingValue]);
  addOutputs(graph, { hidden, mask, dimensions, kind: options.outputs ?? 'hidden' });
  return graph.chunks();
}

type Outputs = {
  hidden: string;
  mask: string;
  dimensions: number;
  kind: NonNullable<TinyModelOptions['outputs']>;
};

function addOutputs(graph: OnnxGraph, { hidden, mask, dimensions, kind }: Outputs): void {
  const name = { hidden: 'last_hidden_state', sentence: 'token_embeddings', unusual: 'output_1' }[kind];
  if (kind !== 'hidden') {
    // The sum over the positions that are no padding has the direction of their mean.
    const weights = graph.node('Unsqueeze', [mask, graph.integers('third_axis', [2])]);
    const masked = graph.node('Mul', [hidden, weights]);
    const pooled = kind === 'sentence' ? 'sentence_embedding' : 'pooler_output';
    graph.nodes('ReduceSum', [masked, graph.integers('positions', [1])], {
      outputs: pooled,
      attributes: { keepdims: 0 },
    });
    graph.output(pooled, 'float32', ['batch', dimensions]);
  }
  graph.nodes('Identity', [hidden], { outputs: name });
  graph.output(name, 'float32', ['batch', 'sequence', dimensions]);
}
