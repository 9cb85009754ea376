import { setTimeout as sleep } from 'node:timers/promises';
import { reloadConfig, section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import { forgetSecret } from '#shared/core/secrets.ts';
import { log } from '#shared/observability/log.ts';
import { type TracedCall, traceStream } from '#shared/observability/trace.ts';
import { streamAnthropic } from './anthropic.ts';
import { type LlmModel, resolveModel } from './catalog.ts';
import { withDeadlines } from './deadline.ts';
import { streamExtractive } from './extractive/extractive.ts';
import {
  cutOffError,
  isRetryable,
  isUnauthorized,
  readRetryAfterMs,
  refusalReason,
  toAppError,
} from './failure.ts';
import { streamOpenAi } from './openai.ts';
import type { LlmEvent, LlmRequest, LlmUsage, ProviderEvent, ProviderName } from './request.ts';
import { estimateTokens } from './tokens.ts';

const llmConfig = section('llm');

/** Calls of providers for one request, retries and fallback included: a provider that is overloaded gets no storm. */
const MAX_CALLS = 3;
const BACKOFF_MS = 250;
/** The longest `retry-after` that is waited for: a person is waiting for the answer. */
const MAX_RETRY_AFTER_MS = 5_000;

const STREAMS = { openai: streamOpenAi, anthropic: streamAnthropic, builtin: streamExtractive };

/** A stream read up to its first text, or to its end when a content filter left no text. */
type StartedAnswer = { head: ProviderEvent[]; rest: AsyncGenerator<ProviderEvent, void> };

/**
 * Asks a model and streams its answer: `start` with the model that answers, the deltas, then exactly one
 * `usage` (estimated when the provider reports none) and one `finish`.
 * Before the first token, a failed call is retried, then `fallbackModel` is asked, for which one call is kept. After
 * it, a failure ends the stream, because text cannot be taken back. `LLM_TIMEOUT_MS` limits each model's time to the first token, retries
 * included, and every later pause. Needs the `llm` settings.
 * @throws AppError `unknown_model`, `provider_not_configured`, `input_too_long`, `provider_timeout`,
 * `provider_error` (with `retryAfterSeconds` when a retry can help); the signal's reason when aborted
 */
export async function* streamLlm(request: LlmRequest): AsyncGenerator<LlmEvent, void> {
  const models = new Set([request.model, request.fallbackModel ?? request.model]);
  const calls = { left: request.maxCalls ?? MAX_CALLS };
  let failure: unknown;
  for (const id of models) {
    const keep = id === request.model && models.size > 1 ? 1 : 0;
    const started = await startAnswer(id, request, { calls, keep }).catch((error: unknown) => {
      request.signal.throwIfAborted();
      failure ??= error;
      return undefined;
    });
    if (!started) continue;
    yield { type: 'start', model: id };
    yield* finishAnswer(started, id, request);
    return;
  }
  throw failure;
}

/** The calls left for a request, of which this model leaves `keep` to the next one. */
type Allowance = { calls: { left: number }; keep: number };

async function startAnswer(
  id: string,
  request: LlmRequest,
  { calls, keep }: Allowance,
): Promise<StartedAnswer> {
  const model = resolveModel(id);
  const deadline = Date.now() + llmConfig().LLM_TIMEOUT_MS;
  let refreshed = false;
  for (let attempt = 1; ; attempt += 1) {
    const key = apiKey(model.provider);
    if (model.provider !== 'builtin') calls.left -= 1;
    try {
      return await callModel(model, request, deadline - Date.now());
    } catch (raw) {
      request.signal.throwIfAborted();
      const error = toAppError(raw, model.provider);
      log.warn('A call of a language model failed', {
        model: id,
        attempt,
        code: error.code,
        cause: errorName(raw),
        reason: refusalReason(raw),
      });
      const mayCall = calls.left > keep;
      if (mayCall && !refreshed && isUnauthorized(raw) && (await reloadApiKey(model.provider, key))) {
        refreshed = true;
        continue;
      }
      const waitMs = readRetryAfterMs(raw) ?? backoffMs(attempt);
      const inTime = waitMs <= MAX_RETRY_AFTER_MS && Date.now() + waitMs < deadline;
      if (error.code === 'provider_timeout' || !isRetryable(error) || !mayCall || !inTime) {
        throw error;
      }
      await sleep(waitMs, undefined, { signal: request.signal });
    }
  }
}

/** Starts one stream and reads it up to its first text. */
async function callModel(model: LlmModel, request: LlmRequest, firstMs: number): Promise<StartedAnswer> {
  const outside = model.provider !== 'builtin';
  const call: TracedCall = {
    name: model.provider,
    ...(outside && { namespace: 'remote' }),
    annotations: { model: model.id },
  };
  const start = (signal: AbortSignal) => STREAMS[model.provider](model.name, request, signal);
  const rest = withDeadlines<ProviderEvent>((signal) => traceStream(call, () => start(signal)), {
    signal: request.signal,
    firstMs,
    idleMs: llmConfig().LLM_TIMEOUT_MS,
    isFirst: (event) => event.type === 'delta',
  });
  const head: ProviderEvent[] = [];
  for (;;) {
    const { value: event, done } = await rest.next();
    if (done) throw cutOffError(model.provider);
    head.push(event);
    if (event.type === 'delta') return { head, rest };
    if (event.type !== 'finish') continue;
    if (event.reason === 'content_filter' || event.reason === 'no_context') return { head, rest };
    await reportUsage(model, request, { head, rest });
    throw emptyAnswerError(event.reason, model.provider);
  }
}

/** Tells the caller what an answer without text cost. OpenAI sends the usage after the finish. */
async function reportUsage(
  model: LlmModel,
  request: LlmRequest,
  { head, rest }: StartedAnswer,
): Promise<void> {
  const events = [...head, ...(await Array.fromAsync(rest).catch(() => []))];
  const usage = events.find((event) => event.type === 'usage');
  if (usage) request.onFailedUsage?.(model.id, usage);
}

/** The error for an answer without text: thinking used up the output limit (`length`), or the model failed. */
function emptyAnswerError(reason: 'stop' | 'length', provider: ProviderName): AppError {
  if (reason === 'stop') return cutOffError(provider);
  return new AppError(
    'provider_error',
    'The model used up its output limit before it began to answer. Raise max_output_tokens.',
  );
}

async function* finishAnswer(
  { head, rest }: StartedAnswer,
  id: string,
  request: LlmRequest,
): AsyncGenerator<LlmEvent, void> {
  const provider = resolveModel(id).provider;
  let usage: LlmUsage | undefined;
  let finish: Extract<ProviderEvent, { type: 'finish' }> | undefined;
  let text = '';
  try {
    for await (const event of chain(head, rest)) {
      if (event.type === 'delta') {
        text += event.text;
        yield event;
      } else if (event.type === 'cite') yield event;
      else if (event.type === 'usage') usage = event;
      else finish = event;
    }
  } catch (error) {
    request.signal.throwIfAborted();
    throw error instanceof AppError ? error : cutOffError(provider, error);
  }
  if (!finish) throw cutOffError(provider);
  yield { type: 'usage', ...(usage ?? estimateUsage(request, text)) };
  yield finish;
}

async function* chain(
  head: ProviderEvent[],
  rest: StartedAnswer['rest'],
): AsyncGenerator<ProviderEvent, void> {
  try {
    yield* head;
    yield* rest;
  } finally {
    await rest.return();
  }
}

/** Estimates the usage of a call from its text so far, for aborted calls and providers that report none. */
export function estimateUsage(request: Pick<LlmRequest, 'system' | 'messages'>, text: string): LlmUsage {
  const prompt = [request.system, ...request.messages.map((message) => message.content)];
  return {
    input_tokens: prompt.reduce((sum, part) => sum + estimateTokens(part), 0),
    output_tokens: estimateTokens(text),
  };
}

/** Reads the provider's secret again. @returns whether it holds another key than the refused call used */
async function reloadApiKey(provider: ProviderName, usedKey: string | undefined): Promise<boolean> {
  if (provider === 'builtin') return false;
  forgetSecret(provider);
  try {
    await reloadConfig('llm');
  } catch (error) {
    log.error('The settings of the language models could not be read again', { cause: errorName(error) });
    return false;
  }
  return apiKey(provider) !== usedKey;
}

function apiKey(provider: ProviderName): string | undefined {
  const { OPENAI_API_KEY, ANTHROPIC_API_KEY } = llmConfig();
  return provider === 'openai' ? OPENAI_API_KEY : ANTHROPIC_API_KEY;
}

/** Exponential backoff with up to 50 % jitter, so that callers do not retry at the same time. */
function backoffMs(attempt: number): number {
  return BACKOFF_MS * 2 ** (attempt - 1) * (1 + Math.random() / 2);
}

/** The class of an error, without its message: that may quote the prompt. */
function errorName(error: unknown): string {
  return error instanceof Error ? error.constructor.name : typeof error;
}
