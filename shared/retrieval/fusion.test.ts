import { DEFINITE, fuse, type LexicalLeg, type VectorLeg } from './fusion.ts';

const near = (found: Record<string, number>, weight = 1, missing = 0): VectorLeg => ({
  matches: Object.entries(found).map(([id, closeness]) => ({ id, closeness })),
  missing,
  weight,
});
/** Scores as shares of a definite one. */
const worded = (found: Record<string, number>, more: Partial<LexicalLeg> = {}): LexicalLeg => ({
  matches: Object.entries(found).map(([id, share]) => ({ id, score: share * DEFINITE })),
  weight: 1,
  bonuses: new Map(),
  foreign: new Set(),
  uncovered: 0,
  ...more,
});
const ids = (fused: { id: string }[]) => fused.map(({ id }) => id);

test('a passage far ahead in one retriever stays ahead of one in the middle of both', () => {
  const fused = fuse(near({ middle: 0.5, other: 0.45 }), worded({ exact: 13.6, middle: 0.7, other: 0.6 }));
  expect(ids(fused)).toEqual(['exact', 'middle', 'other']);
});

test('of equals in one retriever the better one in the other comes first', () => {
  expect(ids(fuse(near({ a: 0.5, b: 0.5 }), worded({ a: 1, b: 2 })))).toEqual(['b', 'a']);
  expect(ids(fuse(near({ a: 0.5, b: 0.4 }), worded({ a: 2, b: 2 })))).toEqual(['a', 'b']);
});

test('a retriever counts by its weight, and one of weight 0 not at all', () => {
  const found = (weight: number) => fuse(near({ a: 1, b: 0 }, weight), worded({ a: 0, b: 1 }));
  expect(ids(found(3))).toEqual(['a', 'b']);
  expect(ids(found(0.3))).toEqual(['b', 'a']);
  expect(found(0)).toEqual([
    { id: 'b', score: 1, share: 1 },
    { id: 'a', score: 0, share: 0 },
  ]);
});

test('few rare words are worth little, even where no passage holds more of them', () => {
  const [weak] = fuse(null, worded({ a: 0.1 }));
  expect(weak).toEqual({ id: 'a', score: 0.1, share: 0.1 });
  expect(ids(fuse(near({ close: 0.6 }), worded({ held: 0.2 })))).toEqual(['close', 'held']);
});

test('a rare code decides, and does not raise the share', () => {
  const bonuses = new Map([['code', 2]]);
  const fused = fuse(near({ a: 1, code: 0.2 }), worded({ a: 9, code: 3 }, { bonuses }));
  expect(ids(fused)).toEqual(['code', 'a']);
  expect(fused[0]?.share).toBeLessThan(Number(fused[1]?.share));
});

test('a passage behind the end of the vector list counts as near as the last one', () => {
  const [first] = fuse(near({ a: 0.6 }, 1, 0.6), worded({ b: 5 }));
  expect(first?.id).toBe('b');
});

test('a foreign passage is not put behind for words that it cannot hold, the less the others cover', () => {
  const found = (uncovered: number) =>
    fuse(
      near({ native: 0.45, foreign: 0.5 }),
      worded({ native: 0.1 }, { foreign: new Set(['foreign']), uncovered }),
    );
  expect(ids(found(1))).toEqual(['foreign', 'native']);
  expect(ids(found(0.1))).toEqual(['native', 'foreign']);
});

test('the names that a foreign passage holds count beside what is estimated', () => {
  const foreign = new Set(['named', 'other']);
  const fused = fuse(near({ named: 0.5, other: 0.5 }), worded({ named: 0.1 }, { foreign, uncovered: 1 }));
  expect(ids(fused)).toEqual(['named', 'other']);
});

test('where no passage is foreign, what the words leave uncovered changes nothing', () => {
  const found = (uncovered: number) =>
    fuse(near({ a: 0.5, b: 0.4 }), worded({ a: 0.1, b: 0.3, c: 0.2 }, { uncovered }));
  expect(found(1)).toEqual(found(0));
});

test('equal scores are ordered by id, and without matches there is nothing to fuse', () => {
  expect(ids(fuse(near({ b: 1, a: 1 }), null))).toEqual(['a', 'b']);
  expect(fuse(null, null)).toEqual([]);
  expect(fuse(near({}), worded({}))).toEqual([]);
});
