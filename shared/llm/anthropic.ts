import Anthropic from '@anthropic-ai/sdk';
import type {
  MessageCreateParamsStreaming,
  RawMessageStreamEvent,
  StopReason,
} from '@anthropic-ai/sdk/resources/messages';
import { section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import type { FinishReason, LlmRequest, LlmUsage, ProviderEvent } from './request.ts';

const llmConfig = section('llm');

let current: { key: string; url: string; client: Anthropic } | undefined;

/** Room for thinking on top of the bot's limit: it counts towards `max_tokens` and is billed as output. */
const THINKING_TOKENS = 2_048;

/** Claude 5 upwards thinks unless told otherwise; only its Haiku can be told not to think at all. */
const THINKS = /^claude-[a-z]+-(?:[5-9]|\d\d)(?:-|$)/;
const CAN_STOP_THINKING = /^claude-haiku-5(?:-|$)/;

const FINISH: Partial<Record<StopReason, FinishReason>> = {
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  refusal: 'content_filter',
};

/**
 * One call of the Messages API as a stream. `temperature` is never sent: API version 2026-10-21, which
 * the SDK speaks, refuses it on every model.
 * `ANTHROPIC_BASE_URL` excludes the version, e.g. `https://api.anthropic.com`.
 * @throws the SDK's errors; AppError `provider_not_configured` without a key
 */
export async function* anthropicEvents(
  model: string,
  request: LlmRequest,
  signal: AbortSignal,
): AsyncGenerator<ProviderEvent> {
  const stream = await client().messages.create(anthropicParams(model, request), { signal });
  let usage: LlmUsage = { input_tokens: 0, output_tokens: 0 };
  for await (const event of stream) {
    usage = counted(usage, event);
    if (event.type === 'content_block_delta' && event.delta.type === 'text_delta' && event.delta.text) {
      yield { type: 'delta', text: event.delta.text };
    }
    if (event.type === 'message_delta' && event.delta.stop_reason) {
      yield { type: 'usage', ...usage };
      yield { type: 'finish', reason: FINISH[event.delta.stop_reason] ?? 'stop' };
    }
  }
}

/** The request body for a model's family. */
function anthropicParams(model: string, request: LlmRequest): MessageCreateParamsStreaming {
  const common = { model, system: request.system, messages: request.messages, stream: true as const };
  if (CAN_STOP_THINKING.test(model)) {
    return { ...common, max_tokens: request.maxOutputTokens, thinking: { type: 'disabled' } };
  }
  if (THINKS.test(model)) {
    const max_tokens = request.maxOutputTokens + THINKING_TOKENS;
    return { ...common, max_tokens, output_config: { effort: 'low' } };
  }
  return { ...common, max_tokens: request.maxOutputTokens };
}

/** Counts are cumulative; the final `message_delta` repeats the input's only on some models. */
function counted(usage: LlmUsage, event: RawMessageStreamEvent): LlmUsage {
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
    // Retries are provider.ts's: the SDK's own would not know of the first token or of the fallback.
    const settings = { apiKey: key, baseURL: url, timeout, maxRetries: 0, logLevel: 'off' as const };
    current = { key, url, client: new Anthropic(settings) };
  }
  return current.client;
}
