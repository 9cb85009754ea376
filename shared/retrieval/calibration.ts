import { CALIBRATIONS } from './calibration-weights.ts';
import type { SignalName, Signals } from './signals.ts';

/** Which signals a search had: by words alone, by meaning alone, or by both; with or without a background. */
export type SignalSet =
  | 'hybrid'
  | 'hybrid_without_background'
  | 'lexical'
  | 'vector'
  | 'vector_without_background';

/** A logistic regression: the log odds that the passage answers are the intercept and Σ weight · signal. */
export type Weights = { intercept: number } & Partial<Record<SignalName, number>>;

export type Calibration = {
  /** The beginning of the identities of the models for which it was fitted. */
  model: string;
  weights: Partial<Record<SignalSet, Weights>>;
};

/** Used by words alone, and where the model has no calibration of its own. */
const BY_WORDS = 'builtin/hashing';

/**
 * The probability that the best passage answers the query, by the calibration of the embedding model; 0.5 and more
 * means probably. `npm run calibrate` fits the weights.
 * @param model identity of the embedding model; null when the search had no vectors
 */
export function probabilityOfAnswer(signals: Signals, model: string | null, set: SignalSet): number {
  const own = CALIBRATIONS.find((each) => model?.startsWith(each.model))?.weights[set];
  const byWords = CALIBRATIONS.find((each) => each.model === BY_WORDS)?.weights;
  const weights = own ?? byWords?.[set.startsWith('vector') ? 'vector_without_background' : 'lexical'];
  return weights ? logistic(weights, signals) : 0;
}

export function logistic({ intercept, ...weights }: Weights, signals: Signals): number {
  const names = Object.keys(weights) as SignalName[];
  const odds = names.reduce((sum, name) => sum + (weights[name] ?? 0) * signals[name], intercept);
  return 1 / (1 + Math.exp(-odds));
}
