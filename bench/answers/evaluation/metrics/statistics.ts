/** A mean over `count` questions with its 95 % confidence interval; NaN over none. */
export type Estimate = { value: number; low: number; high: number; count: number };

const RESAMPLES = 1_000;
const SEED = 20_260_101;

/**
 * Estimates the mean and its interval by a percentile bootstrap. The seed is fixed: the same values always give the same
 * interval.
 */
export function estimateMean(values: number[], seed = SEED): Estimate {
  const random = seededRandom(seed);
  const means = Array.from({ length: values.length === 0 ? 0 : RESAMPLES }, () => {
    let total = 0;
    for (let i = 0; i < values.length; i += 1) total += values[Math.floor(random() * values.length)] ?? 0;
    return total / values.length;
  });
  return {
    value: mean(values),
    low: quantile(means, 0.025),
    high: quantile(means, 0.975),
    count: values.length,
  };
}

function mean(values: number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

/** The value below which that share lies, between neighbours in proportion; NaN of none. */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

/** The share of pairs in which a value of `higher` is above one of `lower`; ties count half. NaN without pairs. */
export function areaUnderCurve(higher: number[], lower: number[]): number {
  const wins = higher.flatMap((a) => lower.map((b) => (a > b ? 1 : a === b ? 0.5 : 0)));
  return mean(wins);
}

/** Mulberry32: numbers in [0, 1) that depend on the seed alone. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
