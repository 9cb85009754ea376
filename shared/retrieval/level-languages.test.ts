import { dot, levelQuery } from './level-languages.ts';

/** The first dimension is the language: Korean above, English below. */
const AXIS = { direction: [1, 0, 0], ko: 0.5, en: -0.5 };
const unit = (...values: number[]) => values.map((value) => value / Math.hypot(...values));
const cosine = (a: number[], b: number[]) => dot(a, b) / (Math.hypot(...a) * Math.hypot(...b));

test('passages that say the same are as near in either language', () => {
  const query = unit(0.5, 0.8, 0.1);
  const [korean, english] = [unit(0.5, 0.7, 0.3), unit(-0.5, 0.7, 0.3)];
  const { vector, similarityOf } = levelQuery(query, AXIS, 'ko');
  expect(dot(query, korean) - dot(query, english)).toBeGreaterThan(0.3);
  expect(similarityOf(cosine(vector, korean))).toBeCloseTo(similarityOf(cosine(vector, english)), 9);
});

test('a neutral passage in the query’s language keeps its similarity', () => {
  const query = unit(-0.4, 0.2, 0.9);
  const passage = [-0.5, 0.5, Math.SQRT1_2];
  const { vector, similarityOf } = levelQuery(query, AXIS, 'en');
  expect(similarityOf(cosine(vector, passage))).toBeCloseTo(dot(query, passage), 9);
});
