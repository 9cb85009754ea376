type SimilarityScale = {
  /** The cosine similarity of unrelated texts. */
  floor: number;
  /** The cosine similarity of paraphrases. */
  ceiling: number;
};

/** The range of cosine similarities per model. With e5 models, even unrelated texts have high ones. */
const SCALES: [prefix: string, scale: SimilarityScale][] = [
  ['multilingual-e5-small', { floor: 0.75, ceiling: 0.9 }],
  ['paraphrase-multilingual-MiniLM-L12-v2', { floor: 0.2, ceiling: 0.7 }],
  ['builtin/hashing', { floor: 0.1, ceiling: 0.5 }],
];

/**
 * How related a match is to the query, in [0, 1]: 0 at the similarity of unrelated texts, 1 at that of paraphrases.
 * In between it grows with the square of the distance, because most matches just above the floor are chance.
 */
export function similarityRelevance(model: string, similarity: number): number {
  const { floor, ceiling } = SCALES.find(([prefix]) => model.startsWith(prefix))?.[1] ?? {
    floor: 0,
    ceiling: 1,
  };
  const way = (similarity - floor) / (ceiling - floor);
  return Math.min(1, Math.max(0, way)) ** 2;
}
