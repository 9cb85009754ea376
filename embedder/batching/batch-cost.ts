/** Measured time of one batch by its number of tokens, padding included; ascending. */
export type BatchCosts = readonly { paddedTokens: number; ms: number }[];

/** The time of a batch in ms: linear between measured sizes, and extrapolated beyond them. */
export function costOf(costs: BatchCosts, paddedTokens: number): number {
  const above = costs.findIndex((point) => point.paddedTokens >= paddedTokens);
  const at = above < 0 ? costs.length - 1 : Math.max(above, 1);
  const [from, to] = [costs[at - 1], costs[at]];
  if (!from || !to) return paddedTokens;
  const slope = (to.ms - from.ms) / (to.paddedTokens - from.paddedTokens);
  return Math.max(from.ms + slope * (paddedTokens - from.paddedTokens), 0);
}

/** The least that a batch may have: below it a token costs more on every machine measured. */
const SMALLEST_BUDGET = 128;

/** The most padded tokens that one batch should have: the measured size at which a token costs least. */
export function cheapestBatchTokens(costs: BatchCosts): number {
  const candidates = costs.filter(({ paddedTokens }) => paddedTokens >= SMALLEST_BUDGET);
  const [first, ...others] = candidates;
  if (!first) return SMALLEST_BUDGET;
  const perToken = (point: BatchCosts[number]) => point.ms / point.paddedTokens;
  return others.reduce((best, point) => (perToken(point) < perToken(best) ? point : best), first)
    .paddedTokens;
}

/**
 * Costs assumed where none were measured (e5-small in int8 on one core with VNNI). Only their proportions matter: they
 * decide whether a longer batch is worth its padding.
 */
export const ASSUMED_COSTS: BatchCosts = [
  { paddedTokens: 8, ms: 2 },
  { paddedTokens: 16, ms: 3.4 },
  { paddedTokens: 32, ms: 6.2 },
  { paddedTokens: 64, ms: 11.8 },
  { paddedTokens: 128, ms: 23 },
  { paddedTokens: 256, ms: 45 },
];
