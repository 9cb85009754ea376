import type { Place } from '../question.ts';
import { holdsQuote } from './quotes.ts';

/** A search hit; `documents` are all documents of the set that hold its text. */
export type Hit = { documents: string[]; text: string; score: number };

/** The rank of a place from 1, or null where no hit has it. */
export type Rank = number | null;

/**
 * Finds the rank of each place. Where all places are whole documents, hits of the same document count as one, because
 * the judgements rank documents.
 */
export function findRanks(hits: Hit[], places: Place[]): Rank[] {
  const isByDocument = places.every(({ quotes }) => quotes.length === 0);
  const ranked = isByDocument ? firstOfEachDocument(hits) : hits;
  return places.map(({ document, quotes }) => {
    const at = ranked.findIndex(
      (hit) =>
        hit.documents.includes(document) &&
        (quotes.length === 0 || quotes.some((quote) => holdsQuote(hit.text, quote))),
    );
    return at < 0 ? null : at + 1;
  });
}

/** 1 when a place is among the first `k` hits, else 0. */
export function hitAt(ranks: Rank[], k: number): number {
  return bestRank(ranks) <= k ? 1 : 0;
}

/** One over the first rank, 0 from the eleventh on. */
export function reciprocalRank(ranks: Rank[]): number {
  const best = bestRank(ranks);
  return best <= DEPTH ? 1 / best : 0;
}

/**
 * nDCG of the first ten with linear gain, as trec_eval and BEIR compute it: each place's grade over log2(rank + 1), by
 * the same sum of the best order. One passage may hold several places, so the value is capped at 1.
 */
export function ndcg(ranks: Rank[], places: Pick<Place, 'grade'>[]): number {
  const gained = places.map(({ grade }, at) => discounted(grade, ranks[at] ?? null));
  const ideal = places
    .map(({ grade }) => grade)
    .sort((a, b) => b - a)
    .map((grade, at) => discounted(grade, at + 1));
  const best = sum(ideal);
  return best === 0 ? 0 : Math.min(1, sum(gained) / best);
}

const DEPTH = 10;

function discounted(grade: number, rank: Rank): number {
  return rank === null || rank > DEPTH ? 0 : grade / Math.log2(rank + 1);
}

function bestRank(ranks: Rank[]): number {
  return Math.min(...ranks.map((rank) => rank ?? Infinity));
}

function firstOfEachDocument(hits: Hit[]): Hit[] {
  const seen = new Set<string>();
  return hits.filter(({ documents }) => {
    const isNew = documents.some((document) => !seen.has(document));
    for (const document of documents) seen.add(document);
    return isNew;
  });
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
