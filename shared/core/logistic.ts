/** The weights of a logistic regression. A signal without a weight counts for nothing. */
export type LogisticWeights<Name extends string> = { intercept: number } & Partial<Record<Name, number>>;

/** The probability of log odds. */
export function sigmoid(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

/** The probability by a logistic regression: its log odds are the intercept and Σ weight · signal. */
export function logistic<Name extends string>(
  { intercept, ...weights }: LogisticWeights<Name>,
  signals: Record<Name, number>,
): number {
  const weighed = Object.entries(weights) as [Name, number][];
  return sigmoid(weighed.reduce((sum, [name, weight]) => sum + weight * signals[name], intercept));
}
