import { section } from '#shared/core/config.ts';
import { sigmoid } from '#shared/core/logistic.ts';
import { withTimeout } from '#shared/core/timeout.ts';
import { log } from '#shared/observability/log.ts';
import { indexedText } from '#shared/text/passage-terms.ts';
import type { Candidate } from './candidates.ts';
import { findReranker, type Reranker, rerank } from './embedder-client.ts';

const embedderConfig = section('embedder');

/** Other requests and longer passages than the measured one take the rest of the budget. */
const PLANNED_SHARE = 0.7;
/** Assumed where the embedder does not tell: twelve layers on two cores. */
const ASSUMED_PAIR_MS = 40;
const SHORTEST_PAIR_MS = 0.1;
/** Beyond these the first retrieval is right often enough; each pair costs the embedder as much as a passage. */
const MOST_PAIRS = 32;
const FEWEST_PAIRS = 2;
/** An embedder that cannot be reached is not asked for its reranker again for this time. */
const FORGET_SECONDS = 30;
/** The first retrieval never is so sure that the reranker could not change the order. */
const SUREST = 0.995;

/** The part of a new time in the mean of the times per pair. */
const NEWEST_SHARE = 0.5;
/** A search that was not reranked for lack of time lets a later one try again. */
const FORGOTTEN_SHARE = 0.2;

let unreachableUntil = 0;
/** The time per pair that searches of this process have seen: more than the embedder measured, where others use it. */
let seenPairMs = 0;

type Reranked = {
  /** Best first. */
  list: Candidate[];
  /** Null when no reranker was asked. */
  rerankMs: number | null;
};

/** The embedder's reranker; null without one, and while that cannot be found out within the budget. */
export async function knownReranker(): Promise<Reranker | null> {
  const budgetMs = embedderConfig().RERANK_BUDGET_MS;
  if (budgetMs === 0 || performance.now() < unreachableUntil) return null;
  const late = new Error('The embedder did not tell in time');
  try {
    return await withTimeout(findReranker(), budgetMs, late);
  } catch (error) {
    if (error !== late) unreachableUntil = performance.now() + FORGET_SECONDS * 1_000;
    return null;
  }
}

/**
 * Lets the reranker judge the best candidates, as many as it can within the budget, and orders them by both judgements.
 * Candidates that it has not judged stay behind them. Without an answer in time the order stays as it is.
 * @param searches searches of the same request that are reranked at the same time
 */
export async function rerankCandidates(
  list: Candidate[],
  { query, reranker, searches }: { query: string; reranker: Reranker | null; searches: number },
): Promise<Reranked> {
  const { RERANK_BUDGET_MS: budgetMs } = embedderConfig();
  const judged = list.slice(0, reranker ? countPairs(reranker, budgetMs / searches) : 0);
  if (judged.length < FEWEST_PAIRS) {
    if (judged.length < list.length) seenPairMs *= 1 - FORGOTTEN_SHARE;
    return { list, rerankMs: null };
  }
  const startedAt = performance.now();
  const elapsed = () => performance.now() - startedAt;
  const signal = AbortSignal.timeout(budgetMs);
  try {
    const texts = judged.map(({ hit }) => indexedText(hit.match.chunk));
    const logits = await rerank({ query, texts, signal });
    seenPairMs += NEWEST_SHARE * (elapsed() / judged.length - seenPairMs);
    return { list: reorder(list, logits), rerankMs: elapsed() };
  } catch (error) {
    if (signal.aborted) seenPairMs = Math.max(seenPairMs, budgetMs / judged.length);
    const detail = error instanceof Error ? error.message : String(error);
    log.warn('Searched without the reranker', { detail, passages: judged.length });
    return { list, rerankMs: elapsed() };
  }
}

/** The pairs that fit the budget, by the time of one as the embedder measured it and as searches saw it. */
function countPairs({ pairMs }: Reranker, budgetMs: number): number {
  const eachMs = Math.max(pairMs ?? ASSUMED_PAIR_MS, seenPairMs, SHORTEST_PAIR_MS);
  return Math.min(MOST_PAIRS, Math.floor((budgetMs * PLANNED_SHARE) / eachMs));
}

/** Orders the first candidates, one for each logit, by their new probability. */
function reorder(list: Candidate[], logits: number[]): Candidate[] {
  const judged = logits.flatMap((logit, at) => {
    const candidate = list[at];
    return candidate ? [{ ...candidate, ...judge(candidate.probability, logit) }] : [];
  });
  judged.sort((a, b) => b.probability - a.probability);
  const [best] = judged;
  const last = judged.at(-1);
  if (!best || !last) return list;
  const rest = list
    .slice(judged.length)
    .map((each) => ({ ...each, probability: Math.min(each.probability, last.probability) }));
  // The scale on which a text that repeats another one loses its place: that of the fused scores.
  const scale = (list[0]?.score ?? 0) / best.probability;
  return [...judged, ...rest].map((each) => ({ ...each, score: each.probability * scale }));
}

/**
 * The probability that a passage answers, from that of the retrievers and from the reranker's logit: the mean of both
 * log odds (a logarithmic opinion pool of equal weights). It grows with each of them, and where both are calibrated it
 * is. Cross-encoders are trained on the log odds, so that their logit needs no scale of its own.
 */
function judge(probability: number, logit: number): { probability: number; rerank: number } {
  const kept = Math.min(SUREST, Math.max(1 - SUREST, probability));
  const odds = (Math.log(kept / (1 - kept)) + logit) / 2;
  return { probability: sigmoid(odds), rerank: sigmoid(logit) };
}
