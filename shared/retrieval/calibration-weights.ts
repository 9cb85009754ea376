import type { Calibration } from './calibration.ts';

/** Written by `npm run calibrate`: the weights of each signal, per embedding model and kind of search. */
export const CALIBRATIONS: readonly Calibration[] = [
  {
    model: 'builtin/hashing',
    weights: {
      hybrid: {
        intercept: -7.938,
        covered: 2.166,
        known: 0.052,
        clause: 2.476,
        unknown: -0.171,
        words: 1.457,
        wordsGap: 1.508,
        weight: 5.235,
        gap: 0.189,
        near: 0.835,
        foreign: 0.257,
      },
      hybrid_without_background: {
        intercept: -7.938,
        covered: 2.166,
        known: 0.052,
        clause: 2.476,
        unknown: -0.171,
        words: 1.457,
        wordsGap: 1.508,
        weight: 5.235,
        gap: 0.189,
        near: 0.835,
        foreign: 0.257,
      },
      lexical: {
        intercept: -8.179,
        covered: 1.189,
        clause: 4.048,
        words: 1.505,
        wordsGap: 1.671,
        weight: 5.202,
      },
      vector: {
        intercept: -1.627,
        near: 1.657,
        nearGap: 3.415,
        margin: 0.387,
      },
      vector_without_background: {
        intercept: -1.249,
        near: 2.39,
        nearGap: 4.225,
      },
    },
    bounds: {
      hybrid: {
        related: 0.107,
        perhaps: 0.365,
      },
      hybrid_without_background: {
        related: 0.107,
        perhaps: 0.365,
      },
      lexical: {
        related: 0.1,
        perhaps: 0.349,
      },
      vector: {
        related: 0.179,
        perhaps: 0.388,
      },
      vector_without_background: {
        related: 0.178,
        perhaps: 0.398,
      },
    },
  },
  {
    model: 'multilingual-e5',
    weights: {
      hybrid: {
        intercept: -6.701,
        covered: 1.978,
        clause: 2.394,
        words: 0.202,
        wordsGap: 1.663,
        weight: 2.407,
        near: 1.989,
        nearGap: 1.294,
        margin: 1.372,
        foreign: 0.863,
      },
      hybrid_without_background: {
        intercept: -6.713,
        covered: 2.033,
        clause: 2.339,
        words: 0.363,
        wordsGap: 1.369,
        weight: 2.401,
        gap: 0.395,
        near: 2.833,
        nearGap: 2.534,
        foreign: 0.947,
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
        intercept: -2.88,
        near: 1.85,
        nearGap: 5.825,
        margin: 1.157,
      },
      vector_without_background: {
        intercept: -2.485,
        near: 2.04,
        nearGap: 7.409,
      },
    },
    bounds: {
      hybrid: {
        related: 0.08,
        perhaps: 0.321,
      },
      hybrid_without_background: {
        related: 0.071,
        perhaps: 0.299,
      },
      lexical: {
        related: 0.108,
        perhaps: 0.349,
      },
      vector: {
        related: 0.125,
        perhaps: 0.354,
      },
      vector_without_background: {
        related: 0.133,
        perhaps: 0.355,
      },
    },
  },
];
