import type { Calibration } from './calibration.ts';

/** Written by `npm run calibrate`: the weights of each signal, per embedding model and kind of search. */
export const CALIBRATIONS: readonly Calibration[] = [
  {
    model: 'builtin/hashing',
    weights: {
      hybrid_without_background: {
        intercept: -7.943,
        covered: 2.063,
        known: 0.039,
        clause: 2.495,
        unknown: -0.209,
        words: 1.529,
        wordsGap: 1.514,
        weight: 5.233,
        gap: 0.156,
        near: 0.834,
        foreign: 0.451,
      },
      lexical: {
        intercept: -8.179,
        covered: 1.189,
        clause: 4.048,
        words: 1.505,
        wordsGap: 1.671,
        weight: 5.202,
      },
      vector_without_background: {
        intercept: -1.222,
        near: 2.302,
        nearGap: 4.206,
      },
    },
  },
  {
    model: 'multilingual-e5',
    weights: {
      hybrid: {
        intercept: -6.751,
        covered: 2.009,
        clause: 2.424,
        words: 0.185,
        wordsGap: 1.558,
        weight: 2.367,
        gap: 0.178,
        near: 1.949,
        nearGap: 1.563,
        margin: 1.394,
        foreign: 0.836,
      },
      hybrid_without_background: {
        intercept: -6.754,
        covered: 2.047,
        clause: 2.379,
        words: 0.337,
        wordsGap: 1.227,
        weight: 2.36,
        gap: 0.657,
        near: 2.815,
        nearGap: 2.773,
        foreign: 0.917,
      },
      lexical: {
        intercept: -7.727,
        covered: 1.596,
        clause: 3.437,
        words: 1.4,
        wordsGap: 1.342,
        weight: 4.999,
      },
      vector: {
        intercept: -2.939,
        near: 1.967,
        nearGap: 5.666,
        margin: 1.177,
      },
      vector_without_background: {
        intercept: -2.538,
        near: 2.169,
        nearGap: 7.254,
      },
    },
  },
];
