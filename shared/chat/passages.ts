import type { BotRow } from '#shared/db/bots.ts';
import type { Passage } from '#shared/llm/request.ts';
import { type SearchHit, search } from '#shared/retrieval/search.ts';
import { topicTerms } from '#shared/text/query-terms.ts';
import type { Turn } from './prompt.ts';

/** A question with fewer topic terms than this probably leans on the one before it ("그건 언제부터?"). */
const TERMS_OF_A_WHOLE_QUESTION = 4;
/** A query longer than this is cut in front: the question itself stands at its end. */
const MAX_QUERY_CHARS = 2_000;

/** What the bot may answer from: its collections' passages above its `min_score`, numbered from 1. */
export async function retrievePassages(
  teamId: string,
  bot: BotRow,
  { question, history }: { question: string; history: Turn[] },
): Promise<Passage[]> {
  if (bot.collection_ids.length === 0) return [];
  const found = await Promise.all(queriesOf(question, history).map((query) => find(teamId, bot, query)));
  return best(found.flat(), bot.top_k).map(
    ({ chunk_id, document_id, filename, page, heading, text, score }, index) => {
      return { index: index + 1, chunk_id, document_id, filename, page, heading, text, score };
    },
  );
}

async function find(teamId: string, bot: BotRow, query: string): Promise<SearchHit[]> {
  const { hits } = await search(teamId, {
    query,
    topK: bot.top_k,
    mode: bot.retrieval_mode,
    scope: { collectionIds: bot.collection_ids, documentIds: null, metadata: null },
  });
  return hits.filter((hit) => hit.score > 0 && hit.score >= bot.min_score);
}

/** A short question is asked twice, alone and behind the one before it: it may go on with that or leave it. */
export function queriesOf(question: string, history: Turn[]): string[] {
  const alone = question.slice(-MAX_QUERY_CHARS).toWellFormed();
  const before = history.findLast((turn) => turn.role === 'user')?.content;
  if (!before || topicTerms(question).length >= TERMS_OF_A_WHOLE_QUESTION) return [alone];
  return [alone, `${before}\n${question}`.slice(-MAX_QUERY_CHARS).toWellFormed()];
}

/** Each passage once, by its better score. */
function best(hits: SearchHit[], limit: number): SearchHit[] {
  const byId = new Map<string, SearchHit>();
  for (const hit of hits) {
    const known = byId.get(hit.chunk_id);
    if (!known || known.score < hit.score) byId.set(hit.chunk_id, hit);
  }
  return [...byId.values()].sort((a, b) => b.score - a.score).slice(0, limit);
}
