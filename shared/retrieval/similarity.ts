type SimilarityScale = {
  /** The cosine similarity of unrelated texts. */
  floor: number;
  /** The cosine similarity of paraphrases. */
  ceiling: number;
};

/**
 * The range of cosine similarities per model. With e5 models, even unrelated texts have high ones. Measured for e5:
 * any floor from 0.75 to 0.78 gives the same order of passages within 0.005 of MRR.
 */
const SCALES: [prefix: string, scale: SimilarityScale][] = [
  ['multilingual-e5', { floor: 0.76, ceiling: 0.9 }],
  ['paraphrase-multilingual-MiniLM-L12-v2', { floor: 0.2, ceiling: 0.7 }],
  ['builtin/hashing', { floor: 0.1, ceiling: 0.5 }],
];

/** The beginning of the identities of all models that share a model's scale; the whole name for unknown ones. */
export function familyOf(model: string): string {
  return SCALES.find(([prefix]) => model.startsWith(prefix))?.[0] ?? model.split('@')[0] ?? model;
}

/**
 * How near a match is to the query on its model's scale: 0 at the similarity of unrelated texts and below, 1 at that
 * of paraphrases, more above. Unknown models have the scale of the cosine itself.
 */
export function closeness(model: string, similarity: number): number {
  const { floor, ceiling } = SCALES.find(([prefix]) => model.startsWith(prefix))?.[1] ?? {
    floor: 0,
    ceiling: 1,
  };
  return Math.max(0, (similarity - floor) / (ceiling - floor));
}
