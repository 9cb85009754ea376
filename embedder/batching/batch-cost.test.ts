import { ASSUMED_COSTS, cheapestBatchTokens, costOf } from './batch-cost.ts';

const COSTS = [
  { paddedTokens: 10, ms: 2 },
  { paddedTokens: 20, ms: 3 },
  { paddedTokens: 40, ms: 7 },
];

test.each([
  ['measured', 20, 3],
  ['between two measured ones', 30, 5],
  ['below the first', 5, 1.5],
  ['beyond the last', 50, 9],
])('the cost of a batch %s is interpolated from the nearest two sizes', (_, tokens, ms) => {
  expect(costOf(COSTS, tokens)).toBeCloseTo(ms, 9);
});

test('the batch size is where a token is cheapest, never below 128 tokens', () => {
  expect(cheapestBatchTokens(ASSUMED_COSTS)).toBe(256);
  expect(cheapestBatchTokens([...ASSUMED_COSTS.slice(0, -1), { paddedTokens: 256, ms: 60 }])).toBe(128);
  expect(cheapestBatchTokens(COSTS)).toBe(128);
});
