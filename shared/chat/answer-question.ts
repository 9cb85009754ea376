import { costUsd } from '#shared/llm/catalog.ts';
import type { LlmRequest, Passage } from '#shared/llm/request.ts';
import { compareMeaning } from '#shared/retrieval/compare-meaning.ts';
import { detectLanguage, refusal } from '#shared/text/language.ts';
import type { ChatEvent } from './answer.ts';
import { askModel, toUsageEvent } from './ask-model.ts';
import { answerClientTask } from './client-task.ts';
import { type DocumentList, describeDocuments } from './document-list.ts';
import { topicalTurns } from './follow-up.ts';
import { isBuiltin } from './gate.ts';
import type { Turn } from './history.ts';
import { buildPrompt } from './prompt.ts';
import { composeSmallTalk, transformWithoutModel } from './small-talk.ts';
import { addSpending, type Spending } from './spending.ts';
import { buildTalkPrompt, buildTaskPrompt } from './talk-prompt.ts';
import type { TurnKind } from './turn-kind.ts';

/** The settings of a bot that its answers depend on, named as in the API. */
export type ChatBot = {
  name: string;
  description: string;
  instructions: string;
  /** What the caller's own system messages say. */
  caller_text?: string;
  greeting: string;
  starters: string[];
  /** `auto` or a language code. */
  language: string;
  model: string;
  fallback_model: string | null;
  temperature: number;
  max_output_tokens: number;
  no_answer: 'refuse' | 'general';
  links: 'cited' | 'all';
};

type ChatTurn = {
  bot: ChatBot;
  /** The IANA name of the team's time zone. */
  timeZone: string;
  question: string;
  /** Earlier turns, oldest first, without this question. */
  history: Turn[];
  turn: TurnKind;
  /** The question as it can be understood without the conversation. */
  query: string;
  /** Retrieved passages that passed the bot's gate, numbered from 1. */
  passages: Passage[];
  documents: DocumentList | null;
  spending: Spending;
  signal: AbortSignal;
};

/** A provider may be called this often for one question, the rewriting of a follow-up included. */
const MAX_CALLS = 3;

/**
 * Answers one question: deltas and citations as they come, then one `usage` and one `done`.
 * A message that asks for nothing in the documents is answered as such. Without passages a bot with
 * `no_answer: 'refuse'` says so in the question's language; no model is called. When the model says that the passages
 * do not hold the answer, the answer ends in `no_context` too.
 * When `signal` aborts, the stream still ends in `usage` (estimated) and `done` with `aborted`, so that the text
 * produced so far can be saved. When a model fails midway, `usage` precedes the error: those tokens are billed.
 * @throws AppError as `streamLlm`
 */
export async function* answerQuestion(turn: ChatTurn): AsyncGenerator<ChatEvent, void> {
  const { bot, question } = turn;
  const language = bot.language === 'auto' ? detectLanguage(question) : bot.language;
  const words = answerWithoutModel(turn, language);
  const rules = { noAnswer: bot.no_answer, links: bot.links };
  const events = words ? say(words, bot.model) : askModel(buildRequest(turn, language), rules);
  yield* addSpending(events, turn.spending, bot.model);
}

type Words = { text: string; finish: 'stop' | 'no_context' };

/** The answer to a turn that needs no call of a model; null when it needs one. */
function answerWithoutModel(asked: ChatTurn, language: string): Words | null {
  const { turn, bot, question, documents, passages, history } = asked;
  const builtin = isBuiltin(bot.model);
  switch (turn.kind) {
    case 'about_documents':
      return documents && stop(describeDocuments(documents, language));
    case 'small_talk':
      return builtin ? stop(composeSmallTalk(turn.topic, bot, language)) : null;
    case 'client_task':
      return builtin ? stop(answerClientTask(question, history)) : null;
    case 'transform': {
      const last = history.findLast(({ role }) => role === 'assistant')?.content ?? '';
      return builtin ? stop(transformWithoutModel(question, last, language)) : null;
    }
    default: {
      const mayAsk = passages.length > 0 || (bot.no_answer === 'general' && !builtin);
      return mayAsk ? null : { text: refusal(language), finish: 'no_context' };
    }
  }
}

function stop(text: string): Words {
  return { text, finish: 'stop' };
}

function* say({ text, finish }: Words, model: string): Generator<ChatEvent, void> {
  yield { type: 'delta', text };
  yield toUsageEvent(model, { input_tokens: 0, output_tokens: 0 });
  yield { type: 'done', finish_reason: finish };
}

function buildRequest(turn: ChatTurn, language: string): LlmRequest {
  const { bot, passages, query, spending, signal } = turn;
  return {
    ...promptOf(turn),
    model: bot.model,
    ...(bot.fallback_model && { fallbackModel: bot.fallback_model }),
    passages,
    question: topicApart(turn),
    ...(query !== turn.question && { answered: lastAnswer(turn.history) }),
    language,
    closeness: (texts) => compareMeaning(query, texts, signal),
    temperature: bot.temperature,
    maxOutputTokens: bot.max_output_tokens,
    maxCalls: MAX_CALLS - spending.calls,
    onFailedUsage: (model, usage) => spending.add({ ...usage, cost_usd: costUsd(model, usage) }),
    signal,
  };
}

/** A question with the topic that a rule has put before it on a line of its own: what is asked weighs more. */
function topicApart({ turn, question, query }: ChatTurn): string {
  const asked = question.trim();
  const isRewritten = turn.kind === 'documents' && query !== asked && query.endsWith(asked);
  return isRewritten ? `${query.slice(0, -asked.length).trim()}\n${asked}` : query;
}

function lastAnswer(history: Turn[]): string {
  return topicalTurns(history).findLast(({ role }) => role === 'assistant')?.content ?? '';
}

function promptOf({ turn, bot, passages, history, question, timeZone }: ChatTurn) {
  if (turn.kind === 'client_task') return buildTaskPrompt(question, history);
  const input = { bot, history, question, language: bot.language, timeZone, now: new Date() };
  if (turn.kind === 'small_talk' || turn.kind === 'transform')
    return buildTalkPrompt({ ...input, kind: turn.kind });
  return buildPrompt({ ...input, passages });
}
