import OpenAI from 'openai';
import type { ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import { section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import { type FinishReason, type LlmRequest, type ProviderEvent, THINKING_TOKENS } from './request.ts';

const llmConfig = section('llm');

let current: { key: string; url: string; client: OpenAI } | undefined;

/** o-series, GPT-5 and later: they take `max_completion_tokens` and an effort, but no `temperature`. */
const REASONING = /^(?:o\d|gpt-(?:[5-9]|\d\d))/;
/** The `…-chat-latest` models among them take no effort. */
const CHAT_LATEST = /chat-latest/;

/**
 * Streams one call of the Chat Completions API.
 * `OPENAI_BASE_URL` includes the version, e.g. `https://api.openai.com/v1`.
 * @throws the SDK's errors; AppError `provider_not_configured` without an API key
 */
export async function* streamOpenAi(
  model: string,
  request: LlmRequest,
  signal: AbortSignal,
): AsyncGenerator<ProviderEvent> {
  const call = client().chat.completions.create(toOpenAiParams(model, request), { signal });
  const { data: stream, response } = await call.withResponse();
  // Some compatible servers do not stream: they answer with the whole completion, whose `message` is like one delta.
  const isWhole = /\bjson\b/.test(response.headers.get('content-type') ?? '');
  const reader = new CompletionReader();
  for await (const part of isWhole ? [(await response.json()) as CompletionPart] : stream)
    yield* reader.read(part);
}

/** A chunk, or a whole completion. Servers compatible with OpenAI's API omit fields that one does not need. */
type CompletionPart = {
  choices?: { delta?: Said | undefined; message?: Said; finish_reason?: string | null }[];
  usage?: { prompt_tokens: number; completion_tokens: number } | null | undefined;
};
type Said = { content?: string | null; refusal?: string | null };

class CompletionReader {
  #hasText = false;
  #isRefused = false;

  *read({ choices, usage }: CompletionPart): Generator<ProviderEvent, void> {
    const choice = choices?.[0];
    const { content, refusal } = choice?.delta ?? choice?.message ?? {};
    if (content) yield { type: 'delta', text: content };
    this.#hasText ||= Boolean(content);
    if (refusal) yield* this.#refuse(refusal);
    if (usage) {
      const { prompt_tokens, completion_tokens } = usage;
      yield { type: 'usage', input_tokens: prompt_tokens, output_tokens: completion_tokens };
    }
    if (choice?.finish_reason) {
      const reason = this.#isRefused ? 'content_filter' : toFinishReason(choice.finish_reason);
      yield { type: 'finish', reason };
    }
  }

  /** The model breaks off and says why, in a paragraph of its own. */
  *#refuse(text: string): Generator<ProviderEvent, void> {
    const isNew = this.#hasText && !this.#isRefused;
    this.#isRefused = true;
    yield { type: 'delta', text: isNew ? `\n\n${text}` : text };
  }
}

/** The request body, with the parameters that the model's family takes. */
function toOpenAiParams(model: string, request: LlmRequest): ChatCompletionCreateParamsStreaming {
  const common = {
    model,
    messages: [{ role: 'system' as const, content: request.system }, ...request.messages],
    stream: true as const,
    stream_options: { include_usage: true },
  };
  if (!REASONING.test(model)) {
    // Compatible servers (vLLM, Ollama) may not know the newer max_completion_tokens.
    return { ...common, temperature: request.temperature, max_tokens: request.maxOutputTokens };
  }
  if (CHAT_LATEST.test(model)) return { ...common, max_completion_tokens: request.maxOutputTokens };
  return {
    ...common,
    // Every reasoning model takes `low`, and answering from passages needs no more.
    reasoning_effort: 'low',
    max_completion_tokens: request.maxOutputTokens + THINKING_TOKENS,
  };
}

function toFinishReason(reason: string): FinishReason {
  return reason === 'length' || reason === 'content_filter' ? reason : 'stop';
}

function client(): OpenAI {
  const { OPENAI_API_KEY: key, OPENAI_BASE_URL, LLM_TIMEOUT_MS: timeout } = llmConfig();
  if (!key) throw new AppError('provider_not_configured', 'OpenAI is not configured: set OPENAI_API_KEY.');
  const url = OPENAI_BASE_URL ?? 'https://api.openai.com/v1';
  if (current?.key !== key || current.url !== url) {
    // provider.ts retries instead: the SDK's retries ignore the deadline of the first token and the fallback model.
    const settings = { apiKey: key, baseURL: url, timeout, maxRetries: 0, logLevel: 'off' as const };
    current = { key, url, client: new OpenAI(settings) };
  }
  return current.client;
}
