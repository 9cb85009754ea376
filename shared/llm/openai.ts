import OpenAI from 'openai';
import type { ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import { section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import type { FinishReason, LlmRequest, ProviderEvent } from './request.ts';

const llmConfig = section('llm');

let current: { key: string; url: string; client: OpenAI } | undefined;

/**
 * Reasoning models spend part of the output budget before the first visible word; this much is added to
 * the bot's limit so that thinking does not eat the answer. It is billed as output.
 */
const REASONING_TOKENS = 2_048;

/** o-series and GPT-5 upwards: `max_completion_tokens`, no `temperature`, an effort. */
const REASONING = /^(?:o\d|gpt-(?:[5-9]|\d\d))/;
/** Their `…-chat-latest` siblings share the parameters but take no effort of ours. */
const CHAT_LATEST = /chat-latest/;

/**
 * One call of the Chat Completions API as a stream.
 * `OPENAI_BASE_URL` includes the version, e.g. `https://api.openai.com/v1`.
 * @throws the SDK's errors; AppError `provider_not_configured` without a key
 */
export async function* openAiEvents(
  model: string,
  request: LlmRequest,
  signal: AbortSignal,
): AsyncGenerator<ProviderEvent> {
  const stream = await client().chat.completions.create(openAiParams(model, request), { signal });
  for await (const chunk of stream) {
    // Compatible servers leave out what their chunk has no use for.
    const choice = chunk.choices?.[0];
    const text = choice?.delta?.content ?? choice?.delta?.refusal;
    if (text) yield { type: 'delta', text };
    if (chunk.usage) {
      const { prompt_tokens, completion_tokens } = chunk.usage;
      yield { type: 'usage', input_tokens: prompt_tokens, output_tokens: completion_tokens };
    }
    if (choice?.finish_reason) yield { type: 'finish', reason: finishReason(choice.finish_reason) };
  }
}

/** The request body for a model's family. */
function openAiParams(model: string, request: LlmRequest): ChatCompletionCreateParamsStreaming {
  const common = {
    model,
    messages: [{ role: 'system' as const, content: request.system }, ...request.messages],
    stream: true as const,
    stream_options: { include_usage: true },
  };
  if (!REASONING.test(model)) {
    // Servers that only speak the older dialect (vLLM, Ollama) know no max_completion_tokens.
    return { ...common, temperature: request.temperature, max_tokens: request.maxOutputTokens };
  }
  if (CHAT_LATEST.test(model)) return { ...common, max_completion_tokens: request.maxOutputTokens };
  return {
    ...common,
    // `low` is the one effort that every reasoning model takes; answering from passages needs no more.
    reasoning_effort: 'low',
    max_completion_tokens: request.maxOutputTokens + REASONING_TOKENS,
  };
}

function finishReason(reason: string): FinishReason {
  return reason === 'length' || reason === 'content_filter' ? reason : 'stop';
}

function client(): OpenAI {
  const { OPENAI_API_KEY: key, OPENAI_BASE_URL, LLM_TIMEOUT_MS: timeout } = llmConfig();
  if (!key) throw new AppError('provider_not_configured', 'OpenAI is not configured: set OPENAI_API_KEY.');
  const url = OPENAI_BASE_URL ?? 'https://api.openai.com/v1';
  if (current?.key !== key || current.url !== url) {
    // Retries are provider.ts's: the SDK's own would not know of the first token or of the fallback.
    const settings = { apiKey: key, baseURL: url, timeout, maxRetries: 0, logLevel: 'off' as const };
    current = { key, url, client: new OpenAI(settings) };
  }
  return current.client;
}
