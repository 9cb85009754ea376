import { similarityRelevance } from './similarity.ts';

const E5 = 'multilingual-e5-small@761b726:int8:mean';
const MINILM = 'paraphrase-multilingual-MiniLM-L12-v2@2c4055b:int8:mean';
const HASHING = 'builtin/hashing@1:none:sum';

test.each([
  [E5, 0.74, 0.92],
  [MINILM, 0.15, 0.8],
  [HASHING, 0.05, 0.6],
])('%s: strangers have nothing to do with each other, paraphrases everything', (model, far, near) => {
  expect(similarityRelevance(model, far)).toBe(0);
  expect(similarityRelevance(model, near)).toBe(1);
});

test('relevance grows with similarity, slowly at first', () => {
  const at = (similarity: number) => similarityRelevance(HASHING, similarity);
  expect(at(0.2)).toBeLessThan(at(0.3));
  expect(at(0.3) - at(0.2)).toBeLessThan(at(0.4) - at(0.3));
});

test('for an unknown model the cosine itself is used', () => {
  expect(similarityRelevance('someone/else', -0.2)).toBe(0);
  expect(similarityRelevance('someone/else', 0.5)).toBe(0.25);
  expect(similarityRelevance('someone/else', 1)).toBe(1);
});
