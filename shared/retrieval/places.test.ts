import { placeForeign, placeNearest } from './places.ts';

/** Names of the passages in their places; those that begin with `f` are foreign. Each has its score and closeness. */
function place(passages: Record<string, [score: number, closeness: number]>) {
  const ranked = Object.entries(passages).map(([id, [score]]) => ({ id, score, share: score }));
  const foreign = new Set(Object.keys(passages).filter((id) => id.startsWith('f')));
  return placeForeign(ranked, { foreign, closenessOf: (id) => passages[id]?.[1] ?? 0 });
}
const ids = (matches: { id: string }[]) => matches.map(({ id }) => id);

test('passages in the query’s language keep their places where they have its words', () => {
  const known = place({ own: [0.8, 0.6], next: [0.5, 0.5], foreign: [0.3, 0.6] });
  expect(ids(known)).toEqual(['own', 'next', 'foreign']);
});

test('where they say less, a foreign one comes second, and where they say little, first', () => {
  const less = place({ own: [0.6, 0.5], next: [0.4, 0.4], foreign: [0.3, 0.5] });
  expect(ids(less)).toEqual(['own', 'foreign', 'next']);
  const little = place({ own: [0.3, 0.4], next: [0.25, 0.4], f1: [0.2, 0.5], f2: [0.1, 0.3] });
  expect(ids(little)).toEqual(['f1', 'own', 'f2', 'next']);
});

test('a foreign one that leads by its score keeps the lead, and scores never rise', () => {
  const placed = place({ foreign: [0.7, 0.6], own: [0.6, 0.5], next: [0.5, 0.5], f2: [0.2, 0.2] });
  expect(ids(placed)).toEqual(['foreign', 'own', 'f2', 'next']);
  expect(placed.map(({ score }) => score)).toEqual([0.7, 0.6, 0.5, 0.2]);
});

test('passages of one language keep their order', () => {
  expect(ids(place({ a: [0.2, 0.1], b: [0.1, 0.9] }))).toEqual(['a', 'b']);
  expect(ids(place({ f1: [0.2, 0.1], f2: [0.1, 0.9] }))).toEqual(['f1', 'f2']);
});

test('the nearest passage by meaning comes third, where it would come later', () => {
  const near: Record<string, number> = { a: 0.2, b: 0.3, c: 0.4, d: 0.5, e: 0.1 };
  const ranked = Object.keys(near).map((id, at) => ({ id, score: 1 - at / 10, share: 1 - at / 10 }));
  const placed = placeNearest(ranked, (id) => near[id] ?? 0);
  expect(ids(placed)).toEqual(['a', 'b', 'd', 'c', 'e']);
  expect(placed.map(({ score }) => score)).toEqual(ranked.map(({ score }) => score));
  expect(ids(placeNearest(placed, (id) => near[id] ?? 0))).toEqual(ids(placed));
  expect(placeNearest([], () => 0)).toEqual([]);
});
