import { closeness } from './similarity.ts';

const E5 = 'multilingual-e5-small@761b726:int8:mean';
const MINILM = 'paraphrase-multilingual-MiniLM-L12-v2@2c4055b:int8:mean';
const HASHING = 'builtin/hashing@1:none:sum';

test.each([
  [E5, 0.74, 0.92],
  [MINILM, 0.15, 0.8],
  [HASHING, 0.05, 0.6],
])('%s: unrelated texts are at 0, paraphrases at 1 and above', (model, far, near) => {
  expect(closeness(model, far)).toBe(0);
  expect(closeness(model, near)).toBeGreaterThan(1);
});

test('closeness grows evenly with similarity', () => {
  const at = (similarity: number) => closeness(HASHING, similarity);
  expect(at(0.3) - at(0.2)).toBeCloseTo(at(0.4) - at(0.3));
});

test('for an unknown model the cosine itself is used', () => {
  expect(closeness('someone/else', -0.2)).toBe(0);
  expect(closeness('someone/else', 0.5)).toBe(0.5);
  expect(closeness('someone/else', 1)).toBe(1);
});
