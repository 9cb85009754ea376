import type { Calibration } from './calibration.ts';

/** Written by `npm run calibrate`: the weights of each signal, per embedding model and kind of search. */
export const CALIBRATIONS: readonly Calibration[] = [
  {
    model: 'builtin/hashing',
    weights: {
      hybrid: {
        intercept: -7.833,
        covered: 1.376,
        clause: 3.961,
        unknown: -0.046,
        words: 1.34,
        wordsGap: 1.469,
        weight: 4.813,
        near: 0.148,
        nearGap: 0.9,
        agreed: 0.028,
        foreign: 0.425,
      },
      hybrid_without_background: {
        intercept: -7.833,
        covered: 1.376,
        clause: 3.961,
        unknown: -0.046,
        words: 1.34,
        wordsGap: 1.469,
        weight: 4.813,
        near: 0.148,
        nearGap: 0.9,
        agreed: 0.028,
        foreign: 0.425,
      },
      lexical: {
        intercept: -8.251,
        covered: 1.133,
        clause: 4.076,
        words: 1.621,
        wordsGap: 1.574,
        weight: 5.212,
      },
      vector: {
        intercept: -1.591,
        near: 1.635,
        nearGap: 3.442,
        margin: 0.369,
      },
      vector_without_background: {
        intercept: -1.231,
        near: 2.331,
        nearGap: 4.217,
      },
    },
    bounds: {
      hybrid: {
        related: 0.122,
        perhaps: 0.363,
      },
      hybrid_without_background: {
        related: 0.122,
        perhaps: 0.363,
      },
      lexical: {
        related: 0.096,
        perhaps: 0.342,
      },
      vector: {
        related: 0.183,
        perhaps: 0.375,
      },
      vector_without_background: {
        related: 0.184,
        perhaps: 0.382,
      },
    },
  },
  {
    model: 'multilingual-e5',
    weights: {
      hybrid: {
        intercept: -6.772,
        covered: 0.919,
        known: 0.067,
        clause: 3.934,
        words: 0.244,
        wordsGap: 1.275,
        weight: 2.323,
        near: 1.678,
        nearGap: 2.195,
        margin: 1.135,
        foreign: 2.154,
      },
      hybrid_without_background: {
        intercept: -6.675,
        covered: 1.03,
        clause: 3.901,
        words: 0.395,
        wordsGap: 1.007,
        weight: 2.19,
        gap: 0.378,
        near: 2.386,
        nearGap: 3.163,
        foreign: 2.131,
      },
      lexical: {
        intercept: -7.815,
        covered: 1.534,
        clause: 3.473,
        words: 1.512,
        wordsGap: 1.258,
        weight: 5.024,
      },
      vector: {
        intercept: -3.012,
        near: 2.748,
        nearGap: 7.704,
        margin: 0.188,
      },
      vector_without_background: {
        intercept: -2.954,
        near: 2.781,
        nearGap: 7.98,
      },
    },
    bounds: {
      hybrid: {
        related: 0.037,
        perhaps: 0.324,
      },
      hybrid_without_background: {
        related: 0.037,
        perhaps: 0.302,
      },
      lexical: {
        related: 0.104,
        perhaps: 0.34,
      },
      vector: {
        related: 0.128,
        perhaps: 0.346,
      },
      vector_without_background: {
        related: 0.126,
        perhaps: 0.348,
      },
    },
  },
];
