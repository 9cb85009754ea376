import { costUsd } from '#shared/llm/catalog.ts';
import { estimateUsage, streamLlm } from '#shared/llm/provider.ts';
import type { FinishReason, LlmEvent, LlmRequest, Passage } from '#shared/llm/request.ts';
import { type Citation, type CiteEvent, citeStream } from '#shared/retrieval/citations.ts';
import { detectLanguage, refusal } from '#shared/text/language.ts';
import { buildPrompt, type Turn } from './prompt.ts';

/** What a chat turn needs to know of its bot, in the wire's spelling. */
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

export type ChatFinish = FinishReason | 'no_context' | 'aborted';

/** Tokens and cost of a turn; `model` is the one that answered, which may be the fallback. */
export type ChatUsage = { input_tokens: number; output_tokens: number; cost_usd: number; model: string };

export type ChatEvent =
  | { type: 'delta'; text: string }
  | ({ type: 'citation' } & Citation)
  | ({ type: 'usage' } & ChatUsage)
  | { type: 'done'; finish_reason: ChatFinish };

type ChatTurn = {
  bot: ChatBot;
  question: string;
  /** Earlier turns, oldest first, without this question. */
  history: Turn[];
  /** What retrieval found above the bot's `min_score`, numbered from 1. */
  passages: Passage[];
  signal: AbortSignal;
};

/**
 * Answers one question: deltas and citations as they come, then one `usage` and one `done`.
 * Without passages a bot that refuses says so in the asker's language and no model is called. When `signal`
 * aborts, the stream still ends in `usage` (estimated) and `done` with `aborted`, so that what was produced
 * can be saved. When a model fails in the middle, `usage` comes before the error, since its tokens are billed.
 * @throws AppError as `streamLlm`
 */
export async function* answerStream(turn: ChatTurn): AsyncGenerator<ChatEvent, void> {
  const { bot, passages, question } = turn;
  const language = bot.language === 'auto' ? detectLanguage(question) : bot.language;
  if (passages.length === 0 && bot.no_answer === 'refuse') {
    yield { type: 'delta', text: refusal(language) };
    yield usageEvent(bot.model, { input_tokens: 0, output_tokens: 0 });
    yield { type: 'done', finish_reason: 'no_context' };
    return;
  }
  yield* ask(llmRequest(turn, language), turn.signal);
}

function llmRequest({ bot, question, history, passages, signal }: ChatTurn, language: string): LlmRequest {
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

async function* ask(request: LlmRequest, signal: AbortSignal): AsyncGenerator<ChatEvent, void> {
  let model: string | undefined;
  let text = '';
  let settled = false;
  const estimate = (): ChatEvent[] =>
    model && !settled ? [usageEvent(model, estimateUsage(request, text))] : [];
  try {
    for await (const event of citeStream<LlmEvent>(streamLlm(request), request.passages)) {
      if (event.type === 'start') model = event.model;
      else if (event.type === 'delta') text += event.text;
      settled ||= event.type === 'usage';
      yield* chatEvents(event, model ?? request.model);
    }
  } catch (error) {
    yield* estimate();
    if (!signal.aborted) throw error;
    yield { type: 'done', finish_reason: 'aborted' };
  }
}

function* chatEvents(event: Exclude<LlmEvent, { type: 'delta' }> | CiteEvent, model: string) {
  if (event.type === 'delta' || event.type === 'citation') yield event;
  else if (event.type === 'usage') yield usageEvent(model, event);
  else if (event.type === 'finish') yield { type: 'done' as const, finish_reason: event.reason };
}

function usageEvent(model: string, usage: { input_tokens: number; output_tokens: number }): ChatEvent {
  const { input_tokens, output_tokens } = usage;
  return { type: 'usage', input_tokens, output_tokens, cost_usd: costUsd(model, usage), model };
}
