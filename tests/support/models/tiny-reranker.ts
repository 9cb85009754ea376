import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ModelManifest, modelFolder } from '#embedder/download/manifest.ts';
import { addFaults } from './model-faults.ts';
import { OnnxGraph } from './onnx-graph.ts';
import { buildTinyModel, TINY_PIECES } from './tiny-model.ts';

/** The score that one token adds to its pair; NaN for `▁nan`. */
export function tinyScore(id: number): number {
  return TINY_PIECES[id] === '▁nan' ? Number.NaN : ((id * 7) % 13) / 8 - 0.5;
}

type TinyRerankerOptions = {
  maxTokens?: number;
  /** Whether the words in `BREAKING` break a batch. */
  breakable?: boolean;
  /** Scores per pair: more than one for a model that is not a reranker. */
  scores?: number;
};

/**
 * Writes a cross-encoder small enough to compute by hand: the logit of a pair is the sum of its tokens' scores, without
 * padding. Its tokenizer is the tiny model's, with XLM-RoBERTa's template for pairs.
 */
export async function writeTinyReranker(
  modelsDir: string,
  { maxTokens = 32, ...options }: TinyRerankerOptions = {},
): Promise<ModelManifest> {
  const tokenizer = JSON.parse(String(buildTinyModel().files.get('tokenizer.json'))) as {
    post_processor: { pair: object[] };
  };
  tokenizer.post_processor.pair = [
    special('<s>'),
    text('A'),
    special('</s>'),
    special('</s>'),
    text('B'),
    special('</s>'),
  ];
  const files = new Map([
    ['onnx/model.onnx', Buffer.concat(scoringGraph(options))],
    ['tokenizer.json', Buffer.from(JSON.stringify(tokenizer))],
    ['tokenizer_config.json', Buffer.from('{"tokenizer_class":"XLMRobertaTokenizer"}')],
  ]);
  const manifest: ModelManifest = {
    ...buildTinyModel().manifest,
    id: 'tiny-reranker',
    dimensions: 1,
    maxTokens,
    files: Array.from(files, ([path, data]) => ({
      path,
      bytes: data.length,
      sha256: createHash('sha256').update(data).digest('hex'),
    })),
  };
  for (const [path, data] of files) {
    const target = join(modelFolder(modelsDir, manifest), path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, data);
  }
  return manifest;
}

function special(id: string): object {
  return { SpecialToken: { id, type_id: 0 } };
}

function text(id: string): object {
  return { Sequence: { id, type_id: 0 } };
}

function scoringGraph({ breakable, scores: width = 1 }: TinyRerankerOptions): Buffer[] {
  const graph = new OnnxGraph(13);
  for (const name of ['input_ids', 'attention_mask']) graph.input(name, 'int64', ['batch', 'sequence']);
  const table = graph.weights(
    'scores',
    [TINY_PIECES.length, width],
    Float32Array.from({ length: TINY_PIECES.length * width }, (_, i) => tinyScore(Math.floor(i / width))),
  );
  const scores = graph.node('Gather', [table, 'input_ids'], { axis: 0 });
  const mask = graph.node('Cast', ['attention_mask'], { to: 1 });
  const wide = graph.node('Unsqueeze', [mask, graph.integers('last', [2])]);
  const own = graph.node('Mul', [scores, wide]);
  const sound = breakable ? graph.node('Add', [own, addFaults(graph, TINY_PIECES)]) : own;
  graph.nodes('ReduceSum', [sound, graph.integers('positions', [1])], {
    outputs: 'logits',
    attributes: { keepdims: 0 },
  });
  graph.output('logits', 'float32', ['batch', width]);
  return graph.chunks();
}
