import type { ScoreBounds } from '#shared/retrieval/calibration.ts';
import type { SearchHit } from '#shared/retrieval/search.ts';

type GateInput = {
  /** Best first. */
  hits: SearchHit[];
  /** What the scores mean; see `ScoreBounds`. */
  bounds: ScoreBounds;
  /** A bot's own threshold for each passage; null: only what is plainly unrelated is held back. */
  minScore: number | null;
};

/**
 * The hits that may reach the model. Every model judges the passages itself: a language model says when the answer is
 * not there, and `builtin/extractive` weighs its evidence. So only what is plainly unrelated is kept from them.
 */
export function passGate({ hits, bounds, minScore }: GateInput): SearchHit[] {
  const related = hits.filter(({ score }) => score > 0);
  if (minScore !== null) return related.filter(({ score }) => score >= minScore);
  return (related[0]?.score ?? 0) < bounds.related ? [] : related;
}

/** Whether a model is one of ours, which quotes and does not converse. */
export function isBuiltin(model: string): boolean {
  return model.startsWith('builtin/');
}
