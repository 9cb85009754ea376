import type { EvidenceWeights } from './evidence.ts';

/** Written by `npm run calibrate`: when a quoted statement is taken for the answer, by what can be compared. */
export const EVIDENCE_WEIGHTS: Record<'words' | 'meaning', EvidenceWeights> = {
  words: {
    model: 'builtin/hashing',
    weights: {
      intercept: -2.917,
      best: 3.405,
      passage: 0.52,
      coverage: 2.683,
      slight: -0.924,
      fits: 0.831,
      lacks: -4.366,
      foreign: -0.366,
    },
    weak: 0.312,
  },
  meaning: {
    model: 'multilingual-e5',
    weights: {
      intercept: -3.221,
      best: 0.538,
      passage: 4.201,
      coverage: 2.059,
      slight: -0.635,
      fits: 0.664,
      lacks: -4.212,
      spans: 0.176,
      foreign: 1.464,
    },
    weak: 0.169,
  },
};
