/**
 * The direction in which a model's vectors of two languages differ, and where neutral passages of each lie on it. What
 * a passage and a query share along it is their language, not their meaning.
 */
export type LanguageAxis = {
  /** Of length 1, from the English passages to the Korean ones. */
  direction: number[];
  ko: number;
  en: number;
};

/**
 * Measures the axis from neutral passages, each in both languages, so that their means differ in nothing but language.
 * @param vectors of the Korean passages, then of the English ones, one behind the other
 * @returns null where the languages do not differ
 */
export function measureLanguageAxis(vectors: Float32Array, dimensions: number): LanguageAxis | null {
  const half = vectors.length / 2;
  const [ko, en] = [
    meanOf(vectors.subarray(0, half), dimensions),
    meanOf(vectors.subarray(half), dimensions),
  ];
  const difference = ko.map((value, i) => value - (en[i] ?? 0));
  const length = Math.hypot(...difference);
  if (length === 0) return null;
  const direction = difference.map((value) => round(value / length));
  return { direction, ko: round(dot(ko, direction)), en: round(dot(en, direction)) };
}

function meanOf(vectors: Float32Array, dimensions: number): number[] {
  const sums = Array.from({ length: dimensions }, () => 0);
  for (const [at, value] of vectors.entries()) sums[at % dimensions] = (sums[at % dimensions] ?? 0) + value;
  return sums.map((sum) => (sum * dimensions) / vectors.length);
}

function dot(a: number[], b: number[]): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}

/** To six decimals, which is more than int8 weights compute exactly. */
function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
