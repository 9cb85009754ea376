import { askOnce } from '#shared/llm/ask-once.ts';
import { costUsd } from '#shared/llm/catalog.ts';
import { log } from '#shared/observability/log.ts';
import { dependence, rewriteByRules, topicalTurns } from './follow-up.ts';
import { isBuiltin } from './gate.ts';
import { recentTurns, shorten, type Turn } from './history.ts';
import type { Spending } from './spending.ts';
import { topicWords } from './topic-words.ts';

/** Longer queries are cut at the front, since the question itself stands at the end. */
const MAX_QUERY_CHARS = 2_000;
const REWRITE_DEADLINE_MS = 1_500;
const REWRITE_TOKENS = 120;
const REWRITE_TURNS = 6;
const REWRITE_TURN_TOKENS = 150;

const REWRITE_PROMPT = `You turn the last message of a conversation into one search question that can be understood without the conversation.
- Replace words such as "it", "that one" or "그건" by what they stand for, and add the topic that the message leaves out.
- Keep the message's language, names, numbers and intent. Add nothing that is not in the conversation, and do not answer.
- If the message is understandable alone or changes the subject, repeat it unchanged.
Write the question alone, on one line.`;

type FollowUp = {
  bot: { model: string };
  question: string;
  /** Earlier turns, oldest first. */
  history: Turn[];
  /** Whether the message only asks for more about the last answer. */
  isContinued: boolean;
  /** Collects what the rewriting costs. */
  spending: Spending;
};

/** The queries for a question, and whether its own words suffice. */
export type StandaloneQuestion = {
  /** The question as it can be understood alone; the question itself when it names its topic. */
  query: string;
  /** What is searched for, the original first; one query or two. */
  queries: string[];
  /** Whether `query` replaces the question even where the question alone finds something. */
  isDependent: boolean;
};

/**
 * Rewrites a follow-up into a question of its own: by the bot's model within 1.5 s, by rules when there is no model
 * or it fails. The original is always searched too: it may change the subject.
 */
export async function standaloneQuestion(input: FollowUp): Promise<StandaloneQuestion> {
  const { question, history, isContinued } = input;
  const asked = toQuery(quotedQuestion(question) ?? question);
  const depends = isContinued ? 'strong' : dependence(question, history);
  if (depends === 'none') return { query: asked, queries: [asked], isDependent: false };
  const query = toQuery((await rewriteByModel(input)) ?? rewriteByRules(question, history));
  if (query === asked) return { query, queries: [asked], isDependent: false };
  return { query, queries: isContinued ? [query] : [asked, query], isDependent: depends === 'strong' };
}

async function rewriteByModel({ bot, question, history, spending }: FollowUp): Promise<string | null> {
  if (isBuiltin(bot.model)) return null;
  const turns = recentTurns(topicalTurns(history)).slice(-REWRITE_TURNS);
  const conversation = turns.map(({ role, content }) => `${role}: ${shorten(content, REWRITE_TURN_TOKENS)}`);
  const { text, usage } = await askOnce({
    model: bot.model,
    system: REWRITE_PROMPT,
    message: `${conversation.join('\n')}\n\nLast message: ${question}`,
    maxOutputTokens: REWRITE_TOKENS,
    deadlineMs: REWRITE_DEADLINE_MS,
  });
  spending.addCall();
  if (usage) spending.add({ ...usage, cost_usd: costUsd(bot.model, usage) });
  const rewritten = text
    ?.trim()
    .split('\n')[0]
    ?.replace(/^["“'`]+|["”'`]+$/gu, '')
    .trim();
  if (rewritten && isAbout(rewritten, [question, ...turns.map(({ content }) => content)])) return rewritten;
  log.info('A follow-up was rewritten by rules', {
    reason: text === null ? 'no answer in time' : 'off topic',
  });
  return null;
}

/** Whether each topic word of a rewritten question stands in the conversation, but for a few. */
function isAbout(rewritten: string, conversation: string[]): boolean {
  const words = topicWords(rewritten);
  const said = conversation.join(' ').normalize('NFC').toLowerCase();
  const known = words.filter((word) => said.includes(word.toLowerCase())).length;
  return words.length > 0 && known >= words.length / 2;
}

/** The question inside the prompt of a framework ("Use the following context … Question: …"). */
function quotedQuestion(message: string): string | null {
  if (message.length < 200) return null;
  return /^\s*(?:question|query|user question|질문)\s*[:：]\s*(\S[^\n]{2,500})/imu.exec(message)?.[1] ?? null;
}

function toQuery(text: string): string {
  return text.slice(-MAX_QUERY_CHARS).toWellFormed();
}
