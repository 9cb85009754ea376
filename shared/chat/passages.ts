import type { BotRow } from '../db/bots.ts';
import type { Passage } from '../retrieval/citations.ts';
import { queryTerms } from '../retrieval/query-terms.ts';
import { search } from '../retrieval/search.ts';
import type { Turn } from './prompt.ts';

/** A question with fewer terms than this probably leans on the one before it ("그건 언제부터?"). */
const TERMS_OF_A_WHOLE_QUESTION = 4;

/** What the bot may answer from: its collections' passages above its `min_score`, numbered from 1. */
export async function retrievePassages(
  teamId: string,
  bot: BotRow,
  { question, history }: { question: string; history: Turn[] },
): Promise<Passage[]> {
  if (bot.collection_ids.length === 0) return [];
  const { hits } = await search(teamId, {
    query: inContext(question, history),
    topK: bot.top_k,
    mode: bot.retrieval_mode,
    scope: { collectionIds: bot.collection_ids, documentIds: null, metadata: null },
  });
  return hits
    .filter((hit) => hit.score > 0 && hit.score >= bot.min_score)
    .map(({ chunk_id, document_id, filename, page, heading, text, score }, index) => {
      return { index: index + 1, chunk_id, document_id, filename, page, heading, text, score };
    });
}

function inContext(question: string, history: Turn[]): string {
  const before = history.findLast((turn) => turn.role === 'user')?.content;
  if (!before || queryTerms(question).length >= TERMS_OF_A_WHOLE_QUESTION) return question;
  return `${before}\n${question}`.slice(-2_000);
}
