/**
 * The cosine similarity of texts that have nothing to do with each other, per model: below it a neighbour is a
 * stranger. e5 models press all similarities together at the top.
 */
const FLOORS: [prefix: string, floor: number][] = [
  ['multilingual-e5-small', 0.77],
  ['paraphrase-multilingual-MiniLM-L12-v2', 0.2],
  ['builtin/hashing', 0.1],
];

/** The similarity below which a model's neighbours are noise; 0 for models we know nothing about. */
export function similarityFloor(model: string): number {
  return FLOORS.find(([prefix]) => model.startsWith(prefix))?.[1] ?? 0;
}
