import type { EvidenceWeights } from './evidence.ts';

/** Written by `npm run calibrate`: when a quoted statement is taken for the answer, by what can be compared. */
export const EVIDENCE_WEIGHTS: Record<'words' | 'meaning', EvidenceWeights> = {
  words: {
    model: 'builtin/hashing',
    weights: {
      intercept: -3.114,
      best: 3.599,
      passage: 0.449,
      coverage: 3.062,
      slight: -0.845,
      fits: 0.751,
      lacks: -4.565,
      foreign: -0.412,
    },
    weak: 0.31,
  },
  meaning: {
    model: 'multilingual-e5',
    weights: {
      intercept: -3.297,
      best: 0.819,
      passage: 3.965,
      coverage: 2.096,
      slight: -0.228,
      fits: 0.612,
      lacks: -4.191,
      spans: 0.146,
      foreign: 0.827,
    },
    weak: 0.175,
  },
};
