import { fuse, type Leg } from './fusion.ts';

const leg = (found: Record<string, number>, weight = 1): Leg => ({
  weight,
  found: Object.entries(found).map(([id, relevance]) => ({ id, relevance })),
});

test('what both legs find comes before what one of them ranks higher', () => {
  const fused = fuse([leg({ a: 1, both: 1 }), leg({ b: 1, both: 1 })]);
  expect(fused[0]?.id).toBe('both');
});

test('the best placed finding scores its relevance, in however many legs it was found', () => {
  expect(fuse([leg({ a: 0.6 }), leg({ a: 0.3 })])).toEqual([{ id: 'a', score: 0.6 }]);
  expect(fuse([leg({ a: 0.6 }), leg({})])).toEqual([{ id: 'a', score: 0.6 }]);
  expect(fuse([leg({ a: 0.6 })])).toEqual([{ id: 'a', score: 0.6 }]);
});

test('being first without relevance is not a match', () => {
  const fused = fuse([leg({ stranger: 0.05, friend: 0.9 })]);
  expect(fused.map(({ id }) => id)).toEqual(['friend', 'stranger']);
  expect(fused[1]?.score).toBeCloseTo(0.05);
});

test('a leg counts by its weight, and one without weight not at all', () => {
  const found = (weight: number) => fuse([leg({ a: 1 }, weight), leg({ b: 1 })]);
  expect(found(2).map(({ id }) => id)).toEqual(['a', 'b']);
  expect(found(0.5).map(({ id }) => id)).toEqual(['b', 'a']);
  expect(found(0)).toEqual([
    { id: 'b', score: 1 },
    { id: 'a', score: 0 },
  ]);
});

test('scores lie between 0 and 1 whatever relevance says', () => {
  const scores = fuse([leg({ a: 7, b: -3, c: 0.5 })]).map(({ score }) => score);
  expect(Math.max(...scores)).toBe(1);
  expect(Math.min(...scores)).toBe(0);
});

test('the order does not depend on the order of legs, and equals are ordered by id', () => {
  const [one, two] = [leg({ b: 1, a: 1 }), leg({ a: 1, b: 1 })];
  expect(fuse([one, two])).toEqual(fuse([two, one]));
  expect(fuse([one, two]).map(({ id }) => id)).toEqual(['a', 'b']);
});

test('nothing found is nothing fused', () => {
  expect(fuse([])).toEqual([]);
  expect(fuse([leg({}), leg({})])).toEqual([]);
});
