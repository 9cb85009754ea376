import { type LogisticWeights, sigmoid } from '#shared/core/logistic.ts';

/** The signals of a search or of a quoted sentence, and whether that was the answer. */
export type Example<Name extends string> = { signals: Record<Name, number>; isAnswerable: boolean };

const STEPS = 3_000;
const RATE = 0.5;
/** Keeps the weights of signals that say nearly the same small and alike. */
const SHRINK = 0.005;
/** More is more for every signal but these. What contradicts that on few examples is chance. */
const AGAINST: readonly string[] = ['unknown', 'slight', 'lacks'];
const EITHER: readonly string[] = ['foreign'];

/** How many of the questions that people ask are taken to be answerable. */
const ASSUMED_ANSWERABLE = 0.65;

/**
 * Fits a logistic regression by gradient descent. The answerable examples weigh two thirds of all, whatever their
 * number. Weights keep the sign that their signal has by its meaning.
 */
export function fit<Name extends string>(
  examples: readonly Example<Name>[],
  names: readonly Name[],
): LogisticWeights<Name> {
  const values = names.map((name) => examples.map(({ signals }) => signals[name]));
  const mean = values.map(meanOf);
  const scale = values.map((each) => deviation(each) || 1);
  const rows = examples.map(({ signals, isAnswerable }) => ({
    values: names.map((name, at) => (signals[name] - (mean[at] ?? 0)) / (scale[at] ?? 1)),
    target: isAnswerable ? 1 : 0,
  }));
  const answerable = rows.filter(({ target }) => target === 1).length;
  let intercept = 0;
  const weights = names.map(() => 0);
  for (let step = 0; step < STEPS; step += 1) {
    const slopes = names.map((_, at) => SHRINK * (weights[at] ?? 0));
    let slope = 0;
    for (const { values, target } of rows) {
      const sum = values.reduce((total, value, at) => total + value * (weights[at] ?? 0), intercept);
      const weight =
        target === 1
          ? ASSUMED_ANSWERABLE / answerable
          : (1 - ASSUMED_ANSWERABLE) / (rows.length - answerable);
      const error = weight * (sigmoid(sum) - target);
      slope += error;
      for (const [at, value] of values.entries()) slopes[at] = (slopes[at] ?? 0) + error * value;
    }
    intercept -= RATE * slope;
    for (const [at, name] of names.entries())
      weights[at] = signed(name, (weights[at] ?? 0) - RATE * (slopes[at] ?? 0));
  }
  const fitted = names.map((name, at) => [name, round((weights[at] ?? 0) / (scale[at] ?? 1))] as const);
  const shift = weights.reduce((sum, weight, at) => sum + (weight * (mean[at] ?? 0)) / (scale[at] ?? 1), 0);
  return {
    intercept: round(intercept - shift),
    ...Object.fromEntries(fitted.filter(([, weight]) => weight !== 0)),
  } as LogisticWeights<Name>;
}

/** The score below which this share of the scores lies. */
export function quantile(scores: readonly number[], share: number): number {
  return scores.toSorted((a, b) => a - b)[Math.floor(scores.length * share)] ?? 0;
}

/** The chance that an answerable example scores above another one. */
export function areaUnderCurve(scores: number[], others: number[]): number {
  let above = 0;
  for (const score of scores)
    for (const other of others) above += score > other ? 1 : score === other ? 0.5 : 0;
  return above / (scores.length * others.length);
}

function signed(name: string, weight: number): number {
  if (EITHER.includes(name)) return weight;
  return AGAINST.includes(name) ? Math.min(0, weight) : Math.max(0, weight);
}

function meanOf(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values: number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/** To three digits, as weights are written. */
export function round(weight: number): number {
  return Math.round(weight * 1_000) / 1_000;
}
