import { firstPool, meanPool, splitVectors } from './pooling.ts';

/** Two texts of 2 and 1 positions, padded to 3; the padding holds 99, which must not count. */
const HIDDEN = {
  data: Float32Array.from([3, 0, 0, 4, 99, 99, /* second text */ 0, -5, 99, 99, 99, 99]),
  dims: [2, 3, 2],
};

test('a vector is the mean of its text’s own positions, normalised; padding does not count', () => {
  const rows = meanPool(HIDDEN, Int32Array.of(2, 1));
  const expected = [0.6, 0.8, 0, -1];
  for (const [i, value] of rows.entries()) expect(value).toBeCloseTo(expected[i]!, 6);
});

test('an output is split into its vectors', () => {
  const vectors = splitVectors(Float32Array.of(0.6, 0.8, 0, -1), { texts: 2, dimensions: 2 });
  expect(vectors).toEqual([Float32Array.of(0.6, 0.8), Float32Array.of(0, -1)]);
});

test.each([
  ['too few numbers', [1, 0, 1]],
  ['NaN', [1, 0, Number.NaN, 1]],
  ['infinity', [1, 0, Number.POSITIVE_INFINITY, 0]],
  ['a vector of zeros', [1, 0, 0, 0]],
  ['a vector of another norm than 1', [1, 0, 0.5, 0.5]],
])('an output with %s is refused', (_, rows) => {
  expect(() => splitVectors(Float32Array.from(rows), { texts: 2, dimensions: 2 })).toThrow(
    /^The model returned/,
  );
});

test('the first position of each text, normalised; an output of one row per text is that row', () => {
  const expected = [0.6, 0.8, 0, -1];
  const hidden = { data: Float32Array.of(3, 4, 9, 9, 0, -5, 9, 9), dims: [2, 2, 2] };
  const rows = { data: Float32Array.of(3, 4, 0, -5), dims: [2, 2] };
  for (const output of [hidden, rows])
    for (const [i, value] of firstPool(output).entries()) expect(value).toBeCloseTo(expected[i]!, 6);
});
