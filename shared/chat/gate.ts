import type { SearchHit } from '#shared/retrieval/search.ts';

/** What the best hit's score allows: an answer, an answer that may be wrong, or none. */
export type GateVerdict = 'answer' | 'tentative' | 'nothing';

type Gate = {
  /** From this score of the best hit on, passages answer the question. */
  answer: number;
  /** From this score on they are shown as perhaps the answer. */
  tentative: number;
  /** A further hit needs this share of the best one's score. */
  share: number;
};

/**
 * A model reads the passages and says itself when the answer is not there: only what is plainly unrelated is kept from
 * it. `builtin/extractive` quotes whatever it gets, so that its gate is strict. Scores are calibrated: at 0.5 the
 * passage probably answers.
 */
const GATES: Record<'llm' | 'builtin', Gate> = {
  llm: { answer: 0.1, tentative: 0.1, share: 0 },
  builtin: { answer: 0.5, tentative: 0.4, share: 0.3 },
};

type GateInput = {
  /** Best first. */
  hits: SearchHit[];
  /** The bot's model, `<provider>/<name>`. */
  model: string;
  /** A bot's own threshold for each passage; null: the gate of the model's kind. */
  minScore: number | null;
};

/** The hits that may reach the model, and what they are good for. */
export function passGate({ hits, model, minScore }: GateInput): { hits: SearchHit[]; verdict: GateVerdict } {
  const related = hits.filter(({ score }) => score > 0);
  if (minScore !== null) {
    const kept = related.filter(({ score }) => score >= minScore);
    return { hits: kept, verdict: kept.length > 0 ? 'answer' : 'nothing' };
  }
  const gate = isBuiltin(model) ? GATES.builtin : GATES.llm;
  const best = related[0]?.score ?? 0;
  if (best < gate.tentative) return { hits: [], verdict: 'nothing' };
  const kept = related.filter(({ score }) => score >= best * gate.share);
  return { hits: kept, verdict: best < gate.answer ? 'tentative' : 'answer' };
}

/** Whether a model is one of ours, which quotes and does not converse. */
export function isBuiltin(model: string): boolean {
  return model.startsWith('builtin/');
}
