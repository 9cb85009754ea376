import { costUsd } from '#shared/llm/catalog.ts';
import { estimateUsage, streamLlm } from '#shared/llm/provider.ts';
import type { LlmEvent, LlmRequest, Passage } from '#shared/llm/request.ts';
import { type CiteEvent, citeStream } from '#shared/retrieval/citations.ts';
import { detectLanguage, refusal } from '#shared/text/language.ts';
import type { ChatEvent } from './answer.ts';
import { linkToPassage } from './passage-link.ts';
import { buildPrompt, type Turn } from './prompt.ts';

/** The settings of a bot that its answers depend on, named as in the API. */
export type ChatBot = {
  name: string;
  instructions: string;
  /** `auto` or a language code. */
  language: string;
  model: string;
  fallback_model: string | null;
  temperature: number;
  max_output_tokens: number;
  no_answer: 'refuse' | 'general';
};

type ChatTurn = {
  bot: ChatBot;
  question: string;
  /** Earlier turns, oldest first, without this question. */
  history: Turn[];
  /** Retrieved passages that score at least the bot's `min_score`, numbered from 1. */
  passages: Passage[];
  signal: AbortSignal;
};

/**
 * Answers one question: deltas and citations as they come, then one `usage` and one `done`.
 * Without passages, a bot with `no_answer: 'refuse'` says so in the question's language; no model is called.
 * When `signal` aborts, the stream still ends in `usage` (estimated) and `done` with `aborted`, so that the text
 * produced so far can be saved. When a model fails midway, `usage` precedes the error: those tokens are billed.
 * @throws AppError as `streamLlm`
 */
export async function* answerQuestion(turn: ChatTurn): AsyncGenerator<ChatEvent, void> {
  const { bot, passages, question } = turn;
  const language = bot.language === 'auto' ? detectLanguage(question) : bot.language;
  if (passages.length === 0 && bot.no_answer === 'refuse') {
    yield { type: 'delta', text: refusal(language) };
    yield toUsageEvent(bot.model, { input_tokens: 0, output_tokens: 0 });
    yield { type: 'done', finish_reason: 'no_context' };
    return;
  }
  yield* askModel(buildRequest(turn, language), turn.signal);
}

function buildRequest({ bot, question, history, passages, signal }: ChatTurn, language: string): LlmRequest {
  return {
    ...buildPrompt({ bot, passages, history, question, language: bot.language }),
    model: bot.model,
    ...(bot.fallback_model && { fallbackModel: bot.fallback_model }),
    passages,
    question,
    language,
    temperature: bot.temperature,
    maxOutputTokens: bot.max_output_tokens,
    signal,
  };
}

async function* askModel(request: LlmRequest, signal: AbortSignal): AsyncGenerator<ChatEvent, void> {
  let model: string | undefined;
  let text = '';
  let hasUsage = false;
  try {
    for await (const event of citeStream<LlmEvent>(streamLlm(request), request.passages, linkToPassage)) {
      if (event.type === 'start') model = event.model;
      else if (event.type === 'delta') text += event.text;
      hasUsage ||= event.type === 'usage';
      yield* toChatEvents(event, model ?? request.model);
    }
  } catch (error) {
    if (model && !hasUsage) yield toUsageEvent(model, estimateUsage(request, text));
    if (!signal.aborted) throw error;
    yield { type: 'done', finish_reason: 'aborted' };
  }
}

function* toChatEvents(event: Exclude<LlmEvent, { type: 'delta' }> | CiteEvent, model: string) {
  if (event.type === 'delta' || event.type === 'citation') yield event;
  else if (event.type === 'usage') yield toUsageEvent(model, event);
  else if (event.type === 'finish') yield { type: 'done' as const, finish_reason: event.reason };
}

function toUsageEvent(model: string, usage: { input_tokens: number; output_tokens: number }): ChatEvent {
  const { input_tokens, output_tokens } = usage;
  return { type: 'usage', input_tokens, output_tokens, cost_usd: costUsd(model, usage), model };
}
