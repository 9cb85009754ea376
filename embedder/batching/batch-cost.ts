/** Measured time of one batch in the model, by the tokens it has with padding, ascending. */
export type BatchCosts = readonly { paddedTokens: number; ms: number }[];

/** Between measured sizes on a straight line, beyond the last one on as steep as the last two. */
export function costOf(costs: BatchCosts, paddedTokens: number): number {
  const above = costs.findIndex((point) => point.paddedTokens >= paddedTokens);
  const at = above < 0 ? costs.length - 1 : Math.max(above, 1);
  const [from, to] = [costs[at - 1], costs[at]];
  if (!from || !to) return paddedTokens;
  const slope = (to.ms - from.ms) / (to.paddedTokens - from.paddedTokens);
  return Math.max(from.ms + slope * (paddedTokens - from.paddedTokens), 0);
}

/** Batches below this are dear everywhere, those above 256 lost throughput on every machine measured. */
const SMALLEST_BUDGET = 128;

/** The padded tokens at which a token is cheapest: the most that one batch should have. */
export function cheapestBatch(costs: BatchCosts): number {
  const candidates = costs.filter(({ paddedTokens }) => paddedTokens >= SMALLEST_BUDGET);
  const [first, ...others] = candidates;
  if (!first) return SMALLEST_BUDGET;
  const perToken = (point: BatchCosts[number]) => point.ms / point.paddedTokens;
  return others.reduce((best, point) => (perToken(point) < perToken(best) ? point : best), first)
    .paddedTokens;
}

/**
 * What is assumed where nothing was measured (e5-small in int8 on one core with VNNI). Only the proportions matter:
 * they decide whether a longer batch is worth its padding.
 */
export const ASSUMED_COSTS: BatchCosts = [
  { paddedTokens: 8, ms: 2 },
  { paddedTokens: 16, ms: 3.4 },
  { paddedTokens: 32, ms: 6.2 },
  { paddedTokens: 64, ms: 11.8 },
  { paddedTokens: 128, ms: 23 },
  { paddedTokens: 256, ms: 45 },
];
