import type { BotRow } from '#shared/db/bots.ts';
import type { SearchScope } from '#shared/db/document-filter.ts';
import type { TeamRow } from '#shared/db/teams.ts';
import type { Passage } from '#shared/llm/request.ts';
import { type SearchAnswer, type SearchHit, search } from '#shared/retrieval/search.ts';
import { passGate } from './gate.ts';
import type { StandaloneQuestion } from './standalone-question.ts';

/** The passages for a question, numbered from 1. */
export type Retrieval = {
  passages: Passage[];
  /** The question that the passages answer: the rewritten one, or the asker's own words where they found enough. */
  query: string;
};

/** Retrieves passages in the scope for each query, merges them, and keeps those that pass the bot's gate. */
export async function retrievePassages(
  team: TeamRow,
  bot: BotRow,
  { query, queries, isDependent, scope }: StandaloneQuestion & { scope: SearchScope },
): Promise<Retrieval> {
  if (bot.collection_ids.length === 0) return { passages: [], query };
  const found = await Promise.all(queries.map((each) => searchForBot(team, bot, { query: each, scope })));
  const [first] = found;
  if (!first) return { passages: [], query };
  const { hits: asked, bounds } = first;
  // What its own words find comes first where it may answer: the message may have changed the subject.
  const mayAnswer = (asked[0]?.score ?? 0) >= bounds.perhaps;
  const isEnough = mayAnswer && !isDependent;
  const own = isEnough ? asked : asked.slice(0, mayAnswer ? 1 : 0);
  const merged = bestHits(
    found.flatMap(({ hits }) => hits),
    bot.top_k,
  );
  const hits = passGate({ hits: ownFirst(own, merged), bounds, minScore: bot.min_score });
  return { passages: hits.map(toPassage), query: isEnough ? (queries[0] ?? query) : query };
}

function toPassage({ scores: _scores, start: _start, end: _end, ...hit }: SearchHit, at: number): Passage {
  return { index: at + 1, ...hit };
}

async function searchForBot(
  team: TeamRow,
  bot: BotRow,
  { query, scope }: { query: string; scope: SearchScope },
): Promise<SearchAnswer> {
  return await search(team.id, {
    query,
    topK: bot.top_k,
    mode: bot.retrieval_mode,
    scope,
    team,
  });
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
