import { type LogisticWeights, logistic } from '#shared/core/logistic.ts';
import { CALIBRATIONS } from './calibration-weights.ts';
import type { SignalName, Signals } from './signals.ts';

/** Which signals a search had: by words alone, by meaning alone, or by both; with or without a background. */
export type SignalSet =
  | 'hybrid'
  | 'hybrid_without_background'
  | 'lexical'
  | 'vector'
  | 'vector_without_background';

/** Of the regression that gives the probability that the passage answers. */
export type Weights = LogisticWeights<SignalName>;

/** What a score of the best passage means, in questions of bench/answers that its passages answer. */
export type ScoreBounds = {
  /** Half of what 99 % of them score: a passage below it is about something else, in other documents too. */
  related: number;
  /** 5 % of them score less: from here on a passage may well answer. */
  perhaps: number;
};

export type Calibration = {
  /** The beginning of the identities of the models for which it was fitted. */
  model: string;
  weights: Partial<Record<SignalSet, Weights>>;
  bounds: Partial<Record<SignalSet, ScoreBounds>>;
};

/** Used by words alone, and where the model has no calibration of its own. */
const BY_WORDS = 'builtin/hashing';
/** Where nothing was calibrated. */
const UNKNOWN: ScoreBounds = { related: 0.1, perhaps: 0.25 };

/**
 * The probability that the best passage answers the query, by the calibration of the embedding model; 0.5 and more
 * means probably. `npm run calibrate` fits the weights.
 * @param model identity of the embedding model; null when the search had no vectors
 */
export function probabilityOfAnswer(signals: Signals, model: string | null, set: SignalSet): number {
  const { weights } = calibrated(model, set);
  return weights ? logistic(weights, signals) : 0;
}

/** What the scores of a search mean, by the same calibration as the scores. */
export function scoreBounds(model: string | null, set: SignalSet): ScoreBounds {
  return calibrated(model, set).bounds ?? UNKNOWN;
}

/** The model's own calibration, or the one by words alone. */
function calibrated(model: string | null, set: SignalSet): { weights?: Weights; bounds?: ScoreBounds } {
  const own = CALIBRATIONS.find((each) => model?.startsWith(each.model));
  const byWords = CALIBRATIONS.find((each) => each.model === BY_WORDS);
  if (own?.weights[set]) return partsOf(own, set);
  return byWords ? partsOf(byWords, set.startsWith('vector') ? 'vector_without_background' : 'lexical') : {};
}

function partsOf({ weights, bounds }: Calibration, set: SignalSet) {
  return { ...(weights[set] && { weights: weights[set] }), ...(bounds[set] && { bounds: bounds[set] }) };
}
