import type { OnnxGraph } from './onnx-graph.ts';

/** Words of the tiny models that break the batch they are in, where the model was written `breakable`. */
export const BREAKING = {
  /** onnxruntime is asked for four petabytes. */
  outOfMemory: '은행',
  /** About half a second of multiplying, so that a test can do something meanwhile. */
  slow: '안녕',
  infinite: '서',
};
const ELEMENTS = 2 ** 50;
const WIDTH = 3_000;

/**
 * Adds the faults to a graph with the input `input_ids`.
 * @param pieces the vocabulary
 * @returns the name of a scalar that is 0 for every other text; the graph has to use it
 */
export function addFaults(graph: OnnxGraph, pieces: readonly string[]): string {
  const total = (name: string, values: BigInt64Array | Float32Array) => {
    const found = graph.node('Gather', [graph.weights(name, [pieces.length], values), 'input_ids']);
    return graph.node('ReduceSum', [found], { keepdims: 0 });
  };
  const isPiece = (word: string) => (piece: string) => piece === `▁${word}`;
  const counts = (word: string, count: number) =>
    BigInt64Array.from(pieces, (piece) => (isPiece(word)(piece) ? BigInt(count) : 0n));
  const zeros = (size: string, rank: number) =>
    graph.node('ConstantOfShape', [graph.node('Expand', [size, graph.integers(`rank_${rank}`, [rank])])]);
  const sum = (value: string) => graph.node('ReduceSum', [value], { keepdims: 0 });

  const memory = zeros(total('elements', counts(BREAKING.outOfMemory, ELEMENTS)), 1);
  const square = zeros(total('widths', counts(BREAKING.slow, WIDTH)), 2);
  const product = graph.node('MatMul', [square, square]);
  const isInfinite = isPiece(BREAKING.infinite);
  const infinity = total(
    'infinities',
    Float32Array.from(pieces, (piece) => (isInfinite(piece) ? Number.POSITIVE_INFINITY : 0)),
  );
  return graph.node('Add', [graph.node('Add', [sum(memory), sum(product)]), infinity]);
}
