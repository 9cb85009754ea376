import { findRanks, type Hit, type Rank } from '../metrics/ranking.ts';
import type { Question } from '../question.ts';
import type { Library } from './library.ts';

export const MODES = ['lexical', 'vector', 'hybrid'] as const;
export type Mode = (typeof MODES)[number];

/** What one mode found for a question. */
export type Found = {
  question: Question;
  /** The rank of each of the question's places. */
  ranks: Rank[];
  /** Score of the first hit, 0 without one. */
  score: number;
  /** Milliseconds of each stage, as the platform measured them. */
  tookMs: Record<string, number | null>;
  /** Milliseconds until the answer was here. */
  roundTripMs: number;
};

type SearchHit = {
  document_id: string;
  text: string;
  score: number;
  also_in?: { document_id: string }[];
};
type SearchResult = { data: SearchHit[]; took_ms: Record<string, number | null> };

/** Twice the depth of the measures, because several hits of one document may count as one. */
const TOP_K = 20;
/** The contract's longest query. */
const MAX_QUERY = 2_000;

/** Whether a question says what a search should find: search has no earlier turns. */
export function isSearchable({ expects, history }: Question): boolean {
  return history.length === 0 && (expects === 'answer' || expects === 'refusal');
}

/** Asks a question in one mode. @throws Error with what the API answered */
export async function search(library: Library, question: Question, mode: Mode): Promise<Found> {
  const { client, teamPath, collectionId, documents } = library;
  const startedAt = performance.now();
  const { data, took_ms } = await client.post<SearchResult>(`${teamPath}/search`, {
    query: question.question.slice(0, MAX_QUERY),
    mode,
    top_k: TOP_K,
    collection_ids: [collectionId],
  });
  const roundTripMs = performance.now() - startedAt;
  const hits = data.map(({ document_id, also_in = [], text, score }): Hit => {
    const holders = [document_id, ...also_in.map((other) => other.document_id)];
    return { documents: holders.map((id) => documents.get(id) ?? id), text, score };
  });
  const ranks = findRanks(hits, question.places);
  return { question, ranks, score: hits[0]?.score ?? 0, tookMs: took_ms, roundTripMs };
}
