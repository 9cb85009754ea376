import Anthropic from '@anthropic-ai/sdk';
import type {
  MessageCreateParamsStreaming,
  MessageParam,
  RawMessageStreamEvent,
  StopReason,
} from '@anthropic-ai/sdk/resources/messages';
import { section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import { CitedTextReader, toSearchResult } from './anthropic-citations.ts';
import { citesByItself } from './catalog.ts';
import {
  type FinishReason,
  type LlmRequest,
  type LlmUsage,
  type ProviderEvent,
  THINKING_TOKENS,
} from './request.ts';

const llmConfig = section('llm');

let current: { key: string; url: string; client: Anthropic } | undefined;

/** Claude 5 and later think by default. Only Haiku 5 accepts `thinking: disabled`. */
const THINKS = /^claude-[a-z]+-(?:[5-9]|\d\d)(?:-|$)/;
const CAN_STOP_THINKING = /^claude-haiku-5(?:-|$)/;

const FINISH: Partial<Record<StopReason, FinishReason>> = {
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  refusal: 'content_filter',
};

/**
 * Streams one call of the Messages API. `temperature` is never sent: API version 2026-10-21, which the SDK uses,
 * refuses it for every model. `ANTHROPIC_BASE_URL` excludes the version, e.g. `https://api.anthropic.com`.
 * @throws the SDK's errors; AppError `provider_not_configured` without an API key
 */
export async function* streamAnthropic(
  model: string,
  request: LlmRequest,
  signal: AbortSignal,
): AsyncGenerator<ProviderEvent> {
  const stream = await client().messages.create(toAnthropicParams(model, request), { signal });
  const reader = new CitedTextReader(request.passages);
  let usage: LlmUsage = { input_tokens: 0, output_tokens: 0 };
  for await (const event of stream) {
    usage = updateUsage(usage, event);
    yield* reader.read(event);
    if (event.type === 'message_delta' && event.delta.stop_reason) {
      yield { type: 'usage', ...usage };
      yield { type: 'finish', reason: FINISH[event.delta.stop_reason] ?? 'stop' };
    }
  }
}

/** The request body for a model's family. */
function toAnthropicParams(model: string, request: LlmRequest): MessageCreateParamsStreaming {
  const common = { model, ...toPrompt(model, request), stream: true as const };
  if (CAN_STOP_THINKING.test(model)) {
    return { ...common, max_tokens: request.maxOutputTokens, thinking: { type: 'disabled' } };
  }
  if (THINKS.test(model)) {
    const max_tokens = request.maxOutputTokens + THINKING_TOKENS;
    return { ...common, max_tokens, output_config: { effort: 'low' } };
  }
  return { ...common, max_tokens: request.maxOutputTokens };
}

/** The prompt with passages as search results, for models that cite by themselves; else as it was built. */
function toPrompt(
  model: string,
  { system, messages, citing, passages }: LlmRequest,
): { system: string; messages: MessageParam[] } {
  if (!citing || !citesByItself(`anthropic/${model}`)) return { system, messages };
  const results = passages.map((passage, at) =>
    toSearchResult(passage, citing.titles[at] ?? passage.filename),
  );
  const content = [...results, { type: 'text' as const, text: citing.message }];
  return { system: citing.system, messages: [...messages.slice(0, -1), { role: 'user', content }] };
}

/** Counts are cumulative. The last `message_delta` repeats the input's count only for some models. */
function updateUsage(usage: LlmUsage, event: RawMessageStreamEvent): LlmUsage {
  if (event.type !== 'message_start' && event.type !== 'message_delta') return usage;
  const reported = event.type === 'message_start' ? event.message.usage : event.usage;
  const input =
    (reported.input_tokens ?? 0) +
    (reported.cache_creation_input_tokens ?? 0) +
    (reported.cache_read_input_tokens ?? 0);
  return { input_tokens: Math.max(usage.input_tokens, input), output_tokens: reported.output_tokens };
}

function client(): Anthropic {
  const { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL, LLM_TIMEOUT_MS: timeout } = llmConfig();
  if (!key) {
    throw new AppError('provider_not_configured', 'Anthropic is not configured: set ANTHROPIC_API_KEY.');
  }
  const url = ANTHROPIC_BASE_URL ?? 'https://api.anthropic.com';
  if (current?.key !== key || current.url !== url) {
    // provider.ts retries instead: the SDK's retries ignore the deadline of the first token and the fallback model.
    const settings = { apiKey: key, baseURL: url, timeout, maxRetries: 0, logLevel: 'off' as const };
    current = { key, url, client: new Anthropic(settings) };
  }
  return current.client;
}
