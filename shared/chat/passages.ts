import type { BotRow } from '#shared/db/bots.ts';
import type { SearchScope } from '#shared/db/document-filter.ts';
import type { TeamRow } from '#shared/db/teams.ts';
import type { Passage } from '#shared/llm/request.ts';
import { type SearchAnswer, type SearchHit, searchEach } from '#shared/retrieval/search.ts';
import { composePassages, separatePassages } from './compose-passages.ts';
import { isBuiltin, passGate } from './gate.ts';
import { shareDocuments } from './share-documents.ts';
import type { StandaloneQuestion } from './standalone-question.ts';

/** The passages for a question, numbered from 1. */
export type Retrieval = {
  passages: Passage[];
  /** Whether the best of them may well answer. */
  mayAnswer: boolean;
  /** The question that the passages answer: the rewritten one, or the asker's own words where they found enough. */
  query: string;
};

/**
 * Retrieves passages in the scope for each query, merges them, keeps those that pass the bot's gate, and gives each
 * document its share of them. Neighbours in a document become one passage for a language model.
 */
export async function retrievePassages(
  team: TeamRow,
  bot: BotRow,
  { query, queries, isDependent, scope }: StandaloneQuestion & { scope: SearchScope },
): Promise<Retrieval> {
  if (bot.collection_ids.length === 0) return { passages: [], mayAnswer: false, query };
  const found = await searchForBot(team, bot, { queries, scope });
  const [first] = found;
  if (!first) return { passages: [], mayAnswer: false, query };
  const { hits: asked, bounds } = first;
  // What its own words find comes first where it may answer: the message may have changed the subject.
  const mayAnswer = (asked[0]?.score ?? 0) >= bounds.perhaps;
  const isEnough = mayAnswer && !isDependent;
  const own = isEnough ? asked : asked.slice(0, mayAnswer ? 1 : 0);
  const merged = bestHits(
    found.flatMap(({ hits }) => hits),
    bot.top_k + spareOf(bot),
  );
  const hits = passGate({ hits: ownFirst(own, merged), bounds, minScore: bot.min_score });
  const shown = shareDocuments(hits, bot.top_k);
  const passages = isBuiltin(bot.model)
    ? separatePassages(shown)
    : await composePassages(team.id, scope, shown);
  return {
    passages,
    mayAnswer: (merged[0]?.score ?? 0) >= bounds.perhaps,
    query: isEnough ? (queries[0] ?? query) : query,
  };
}

async function searchForBot(
  team: TeamRow,
  bot: BotRow,
  { queries, scope }: { queries: string[]; scope: SearchScope },
): Promise<SearchAnswer[]> {
  return await searchEach(team.id, queries, {
    topK: bot.top_k,
    spare: spareOf(bot),
    mode: bot.retrieval_mode,
    scope,
    team,
  });
}

/** Further hits, for the places that one document may not have. */
function spareOf({ top_k }: BotRow): number {
  return top_k;
}

/** Merges the hits of several searches: each passage once, with its higher score. */
function bestHits(hits: SearchHit[], limit: number): SearchHit[] {
  const byId = new Map<string, SearchHit>();
  for (const hit of hits) {
    const known = byId.get(hit.chunk_id);
    if (!known || known.score < hit.score) byId.set(hit.chunk_id, hit);
  }
  return [...byId.values()].sort((a, b) => b.score - a.score).slice(0, limit);
}

/** As many hits as `merged` has, those of the question's own words in front. */
function ownFirst(own: SearchHit[], merged: SearchHit[]): SearchHit[] {
  const ids = new Set(own.map(({ chunk_id }) => chunk_id));
  return [...own, ...merged.filter(({ chunk_id }) => !ids.has(chunk_id))].slice(0, merged.length);
}
