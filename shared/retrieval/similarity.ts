type Scale = {
  /** Texts that have nothing to do with each other: below it a neighbour is a stranger. */
  floor: number;
  /** Texts that say the same. */
  ceiling: number;
};

/** Where cosine similarities of a model lie. e5 models press all of them together at the top. */
const SCALES: [prefix: string, scale: Scale][] = [
  ['multilingual-e5-small', { floor: 0.75, ceiling: 0.9 }],
  ['paraphrase-multilingual-MiniLM-L12-v2', { floor: 0.2, ceiling: 0.7 }],
  ['builtin/hashing', { floor: 0.1, ceiling: 0.5 }],
];

/**
 * How much a neighbour has to do with the query, in [0, 1]: 0 at the similarity of strangers, 1 at that of
 * paraphrases, the square of the way between, since most of what lies just above the floor is chance.
 */
export function similarityRelevance(model: string, similarity: number): number {
  const { floor, ceiling } = SCALES.find(([prefix]) => model.startsWith(prefix))?.[1] ?? {
    floor: 0,
    ceiling: 1,
  };
  const way = (similarity - floor) / (ceiling - floor);
  return Math.min(1, Math.max(0, way)) ** 2;
}
