/** The last hidden state of a batch, row-major `[texts, positions, dimensions]`. */
type HiddenState = { data: Float32Array; positions: number; dimensions: number };

/**
 * Masked mean pooling and L2 normalisation (Sentence-BERT, arXiv:1908.10084): the mean over a text's own
 * positions, padding left out. Positions `0 … lengths[i]-1` are the text, the rest is padding.
 * Sums are kept in double precision, so that order and length do not show in the result.
 * @returns one row of `dimensions` per text, all in one array
 */
export function meanPool(hidden: HiddenState, lengths: number[]): Float32Array<ArrayBuffer> {
  const { data, positions, dimensions } = hidden;
  const vectors = new Float32Array(lengths.length * dimensions);
  const sum = new Float64Array(dimensions);
  for (const [row, length] of lengths.entries()) {
    sum.fill(0);
    const start = row * positions * dimensions;
    for (let at = start; at < start + length * dimensions; at += dimensions) addTo(sum, data, at);
    let squares = 0;
    for (const value of sum) squares += value * value;
    // Dividing by the length first would change nothing: the norm is divided out anyway.
    const norm = Math.sqrt(squares);
    for (let i = 0; i < dimensions; i += 1) vectors[row * dimensions + i] = (sum[i] ?? 0) / norm;
  }
  return vectors;
}

function addTo(sum: Float64Array, data: Float32Array, at: number): void {
  for (let i = 0; i < sum.length; i += 1) sum[i] = (sum[i] as number) + (data[at + i] as number);
}

/** How far a float32 vector's norm may be from 1. */
const NORM_TOLERANCE = 1e-3;

/**
 * Cuts a batch's vectors apart and checks each: right length, finite, of norm 1.
 * @throws Error when the model produced anything else; no wrong vector leaves this service
 */
export function checkedVectors(
  rows: Float32Array<ArrayBuffer>,
  expected: { texts: number; dimensions: number },
): Float32Array<ArrayBuffer>[] {
  const { texts, dimensions } = expected;
  if (rows.length !== texts * dimensions) {
    throw new Error(
      `The model returned ${rows.length} numbers for ${texts} texts of ${dimensions} dimensions.`,
    );
  }
  return Array.from({ length: texts }, (_, row) => {
    const vector = rows.subarray(row * dimensions, (row + 1) * dimensions);
    let squares = 0;
    for (const value of vector) squares += value * value;
    // NaN and infinity fail this comparison too.
    if (!(Math.abs(Math.sqrt(squares) - 1) <= NORM_TOLERANCE)) {
      throw new Error('The model returned a vector that is not finite or not of norm 1.');
    }
    return vector;
  });
}
