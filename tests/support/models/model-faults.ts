import type { OnnxGraph } from './onnx-graph.ts';

/** Words that break a batch of a tiny model that was written `breakable`. */
export const BREAKING = {
  /** Makes the model allocate four petabytes. */
  outOfMemory: '은행',
  /** Takes about half a second, during which a test can act. */
  slow: '안녕',
  /** Makes the vector infinite. */
  infinite: '서',
};
const ELEMENTS = 2 ** 50;
const WIDTH = 3_000;

/**
 * Adds the faults of `BREAKING` to a graph with the input `input_ids`.
 * @param pieces the vocabulary
 * @returns the name of a scalar that the graph must add to its output; it is 0 for texts without these words
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
