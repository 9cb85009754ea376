import { setTimeout as sleep } from 'node:timers/promises';
import { reloadConfig, section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import { forgetSecret } from '#shared/core/secrets.ts';
import { log } from '#shared/observability/log.ts';
import { type TracedCall, traceStream } from '#shared/observability/trace.ts';
import { anthropicEvents } from './anthropic.ts';
import { type LlmModel, resolveModel } from './catalog.ts';
import { withDeadlines } from './deadline.ts';
import { extractiveEvents } from './extractive/extractive.ts';
import { cutOff, isRetryable, isUnauthorized, retryAfterMsOf, toAppError } from './failure.ts';
import { openAiEvents } from './openai.ts';
import type { LlmEvent, LlmRequest, LlmUsage, ProviderEvent, ProviderName } from './request.ts';
import { estimateTokens } from './tokens.ts';

const llmConfig = section('llm');

/** Calls of one model before its fallback is asked: the first and two more. */
const MAX_ATTEMPTS = 3;
const BACKOFF_MS = 250;
/** A provider that asks for a longer wait is not waited for: a person sits in front of this. */
const MAX_RETRY_AFTER_MS = 5_000;

const EVENTS = { openai: openAiEvents, anthropic: anthropicEvents, builtin: extractiveEvents };

/** An answer that has begun (or ended without a word for a reason worth passing on). */
type Opened = { head: ProviderEvent[]; rest: AsyncGenerator<ProviderEvent, void> };

/**
 * Asks a model and streams its answer: `start` with the model that answers, the deltas, then exactly one
 * `usage` (estimated when the provider gives none) and one `finish`.
 * Up to the first token a failed call is tried again and then `fallbackModel` is asked; after it, a failure
 * ends the stream, since text cannot be taken back. `LLM_TIMEOUT_MS` bounds the time to the first token of
 * each model, all its attempts included, and every later pause. Needs the `llm` settings.
 * @throws AppError `unknown_model`, `provider_not_configured`, `input_too_long`, `provider_timeout`,
 * `provider_error` (with `retryAfterSeconds` when asking again can help); the signal's reason when aborted
 */
export async function* streamLlm(request: LlmRequest): AsyncGenerator<LlmEvent, void> {
  const models = new Set([request.model, request.fallbackModel ?? request.model]);
  let failure: unknown;
  for (const id of models) {
    const opened = await openAnswer(id, request).catch((error: unknown) => {
      request.signal.throwIfAborted();
      failure ??= error;
      return undefined;
    });
    if (!opened) continue;
    yield { type: 'start', model: id };
    yield* finishAnswer(opened, id, request);
    return;
  }
  throw failure;
}

async function openAnswer(id: string, request: LlmRequest): Promise<Opened> {
  const model = resolveModel(id);
  const deadline = Date.now() + llmConfig().LLM_TIMEOUT_MS;
  let refreshed = false;
  for (let attempt = 1; ; attempt += 1) {
    const key = keyOf(model.provider);
    try {
      return await begin(model, request, deadline - Date.now());
    } catch (raw) {
      request.signal.throwIfAborted();
      const error = toAppError(raw, model.provider);
      log.warn('A call of a language model failed', {
        model: id,
        attempt,
        code: error.code,
        cause: nameOf(raw),
      });
      if (!refreshed && isUnauthorized(raw) && (await keyWasRotated(model.provider, key))) {
        refreshed = true;
        continue;
      }
      const waitMs = retryAfterMsOf(raw) ?? backoffMs(attempt);
      const inTime = waitMs <= MAX_RETRY_AFTER_MS && Date.now() + waitMs < deadline;
      if (error.code === 'provider_timeout' || !isRetryable(error) || attempt >= MAX_ATTEMPTS || !inTime) {
        throw error;
      }
      await sleep(waitMs, undefined, { signal: request.signal });
    }
  }
}

/** Opens one stream and reads it up to its first text. */
async function begin(model: LlmModel, request: LlmRequest, firstMs: number): Promise<Opened> {
  const outside = model.provider !== 'builtin';
  const call: TracedCall = {
    name: model.provider,
    ...(outside && { namespace: 'remote' }),
    annotations: { model: model.id },
  };
  const start = (signal: AbortSignal) => EVENTS[model.provider](model.name, request, signal);
  const rest = withDeadlines<ProviderEvent>((signal) => traceStream(call, () => start(signal)), {
    signal: request.signal,
    firstMs,
    idleMs: llmConfig().LLM_TIMEOUT_MS,
    isFirst: (event) => event.type === 'delta',
  });
  const head: ProviderEvent[] = [];
  for (;;) {
    const { value: event, done } = await rest.next();
    if (done) throw cutOff(model.provider);
    head.push(event);
    if (event.type === 'delta') return { head, rest };
    if (event.type !== 'finish') continue;
    if (event.reason === 'content_filter') return { head, rest };
    await rest.return();
    throw wordless(event.reason, model.provider);
  }
}

/** A model that ended without a word: reasoning took the whole budget, or it just failed. */
function wordless(reason: 'stop' | 'length', provider: ProviderName): AppError {
  if (reason === 'stop') return cutOff(provider);
  return new AppError(
    'provider_error',
    'The model used up its output limit before it began to answer. Raise max_output_tokens.',
  );
}

async function* finishAnswer(
  { head, rest }: Opened,
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
      } else if (event.type === 'usage') usage = event;
      else finish = event;
    }
  } catch (error) {
    request.signal.throwIfAborted();
    throw error instanceof AppError ? error : cutOff(provider, error);
  }
  if (!finish) throw cutOff(provider);
  yield { type: 'usage', ...(usage ?? estimateUsage(request, text)) };
  yield finish;
}

async function* chain(head: ProviderEvent[], rest: Opened['rest']): AsyncGenerator<ProviderEvent, void> {
  try {
    yield* head;
    yield* rest;
  } finally {
    await rest.return();
  }
}

/** What a call that gave `text` so far has probably used: for providers that do not say, and for aborted calls. */
export function estimateUsage(request: Pick<LlmRequest, 'system' | 'messages'>, text: string): LlmUsage {
  const prompt = [request.system, ...request.messages.map((message) => message.content)];
  return {
    input_tokens: prompt.reduce((sum, part) => sum + estimateTokens(part), 0),
    output_tokens: estimateTokens(text),
  };
}

/** Fetches the provider's secret again; true when the call that was refused used another key. */
async function keyWasRotated(provider: ProviderName, usedKey: string | undefined): Promise<boolean> {
  if (provider === 'builtin') return false;
  forgetSecret(provider);
  try {
    await reloadConfig('llm');
  } catch (error) {
    log.error('The settings of the language models could not be read again', { cause: nameOf(error) });
    return false;
  }
  return keyOf(provider) !== usedKey;
}

function keyOf(provider: ProviderName): string | undefined {
  const { OPENAI_API_KEY, ANTHROPIC_API_KEY } = llmConfig();
  return provider === 'openai' ? OPENAI_API_KEY : ANTHROPIC_API_KEY;
}

/** Exponential, with up to half of it again at random so that callers do not return together. */
function backoffMs(attempt: number): number {
  return BACKOFF_MS * 2 ** (attempt - 1) * (1 + Math.random() / 2);
}

/** The kind of an error and nothing of its text, which may quote the prompt. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.constructor.name : typeof error;
}
