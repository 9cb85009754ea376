import type { BotRow } from '#shared/db/bots.ts';
import type { DocumentFilter, SearchScope } from '#shared/db/document-filter.ts';
import type { TeamRow } from '#shared/db/teams.ts';
import type { Passage } from '#shared/llm/request.ts';
import { type SearchHit, search } from '#shared/retrieval/search.ts';
import { topicTerms } from '#shared/text/query-terms.ts';
import { botScope } from './bot-scope.ts';
import type { Turn } from './prompt.ts';

/** A question with fewer topic terms than this probably refers to the one before it ("그건 언제부터?"). */
const MIN_STANDALONE_TERMS = 4;
/** Longer queries are cut at the front, since the question itself stands at the end. */
const MAX_QUERY_CHARS = 2_000;

type Asked = { question: string; history: Turn[]; filter?: DocumentFilter | null | undefined };

/** Retrieves the passages in the bot's scope that score at least its `min_score`, numbered from 1. */
export async function retrievePassages(
  team: TeamRow,
  bot: BotRow,
  { question, history, filter }: Asked,
): Promise<Passage[]> {
  if (bot.collection_ids.length === 0) return [];
  const scope = botScope(bot, filter);
  const found = await Promise.all(
    queriesOf(question, history).map((query) => searchForBot(team, bot, { query, scope })),
  );
  return bestHits(found.flat(), bot.top_k).map(
    ({ chunk_id, document_id, filename, page, heading, text, score }, index) => {
      return { index: index + 1, chunk_id, document_id, filename, page, heading, text, score };
    },
  );
}

async function searchForBot(
  team: TeamRow,
  bot: BotRow,
  { query, scope }: { query: string; scope: SearchScope },
): Promise<SearchHit[]> {
  const { hits } = await search(team.id, {
    query,
    topK: bot.top_k,
    mode: bot.retrieval_mode,
    scope,
    team,
  });
  return hits.filter((hit) => hit.score > 0 && hit.score >= bot.min_score);
}

/**
 * The search queries for a question. A short one is searched twice, alone and behind the question before it: it may
 * continue that question or change the subject.
 */
export function queriesOf(question: string, history: Turn[]): string[] {
  const alone = question.slice(-MAX_QUERY_CHARS).toWellFormed();
  const previous = history.findLast((turn) => turn.role === 'user')?.content;
  if (!previous || topicTerms(question).length >= MIN_STANDALONE_TERMS) return [alone];
  return [alone, `${previous}\n${question}`.slice(-MAX_QUERY_CHARS).toWellFormed()];
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
