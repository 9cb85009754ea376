import { fuse, type RetrieverResult } from './fusion.ts';

const result = (found: Record<string, number>, weight = 1): RetrieverResult => ({
  weight,
  matches: Object.entries(found).map(([id, relevance]) => ({ id, relevance })),
});

test('a match of both retrievers comes before one that a single retriever ranks higher', () => {
  const fused = fuse([result({ a: 1, both: 1 }), result({ b: 1, both: 1 })]);
  expect(fused[0]?.id).toBe('both');
});

test('the top match scores its relevance, however many retrievers found it', () => {
  expect(fuse([result({ a: 0.6 }), result({ a: 0.3 })])).toEqual([{ id: 'a', score: 0.6 }]);
  expect(fuse([result({ a: 0.6 }), result({})])).toEqual([{ id: 'a', score: 0.6 }]);
  expect(fuse([result({ a: 0.6 })])).toEqual([{ id: 'a', score: 0.6 }]);
});

test('a first rank without relevance scores low', () => {
  const fused = fuse([result({ unrelated: 0.05, related: 0.9 })]);
  expect(fused.map(({ id }) => id)).toEqual(['related', 'unrelated']);
  expect(fused[1]?.score).toBeCloseTo(0.05);
});

test('a retriever counts by its weight, and one of weight 0 not at all', () => {
  const found = (weight: number) => fuse([result({ a: 1 }, weight), result({ b: 1 })]);
  expect(found(2).map(({ id }) => id)).toEqual(['a', 'b']);
  expect(found(0.5).map(({ id }) => id)).toEqual(['b', 'a']);
  expect(found(0)).toEqual([
    { id: 'b', score: 1 },
    { id: 'a', score: 0 },
  ]);
});

test('scores are between 0 and 1 for any relevance', () => {
  const scores = fuse([result({ a: 7, b: -3, c: 0.5 })]).map(({ score }) => score);
  expect(Math.max(...scores)).toBe(1);
  expect(Math.min(...scores)).toBe(0);
});

test('the order of retrievers does not matter, and equal scores are ordered by id', () => {
  const [one, two] = [result({ b: 1, a: 1 }), result({ a: 1, b: 1 })];
  expect(fuse([one, two])).toEqual(fuse([two, one]));
  expect(fuse([one, two]).map(({ id }) => id)).toEqual(['a', 'b']);
});

test('without matches there is nothing to fuse', () => {
  expect(fuse([])).toEqual([]);
  expect(fuse([result({}), result({})])).toEqual([]);
});
