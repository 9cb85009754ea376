import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { createServiceToken, SERVICE_TOKEN_SECONDS } from '#shared/auth/service-token.ts';
import { config, reloadConfig } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import { forgetSecret } from '#shared/core/secrets.ts';
import { traced } from '#shared/observability/trace.ts';

const Info = z.object({
  model: z.string(),
  revision: z.string(),
  /** `model@revision:quantization:pooling`: vectors are comparable only when it is equal. */
  identity: z.string(),
  dimensions: z.int(),
  /** The window, special tokens and prefix included. */
  max_tokens: z.int(),
  /** What a text of its own may have of it, as `countTokens` counts. */
  max_input_tokens: z.int(),
  max_batch_texts: z.int(),
  max_tokenize_texts: z.int(),
  max_input_chars: z.int(),
  max_body_bytes: z.int(),
  max_queue_tokens: z.int(),
});
const Background = z.object({ ko: z.number(), en: z.number() });
const Embedded = z.object({
  embeddings: z.array(z.array(z.number())),
  tokens: z.array(z.int()),
  model: z.string(),
  identity: z.string(),
  /** Only for queries: the median cosine of each to the embedder's neutral passages, by their language. */
  background: z.array(Background).optional(),
});
const Counted = z.object({ counts: z.array(z.int()) });
const Problem = z.object({ code: z.string(), detail: z.string() });

type EmbedderInfo = z.infer<typeof Info>;
type Embeddings = Omit<z.infer<typeof Embedded>, 'background'> & {
  /** One per text; null for passages, and from an embedder that does not measure it. */
  backgrounds: z.infer<typeof Background>[] | null;
};

type EmbedCall = {
  inputs: string[];
  kind: 'query' | 'passage';
  /** The model identity that stored vectors have; an embedder that serves another is refused. */
  identity?: string;
  /** Default true: of a text longer than the window only the beginning gets into the vector. */
  truncate?: boolean;
  signal?: AbortSignal;
};
type Call = { path: string; body?: object; signal?: AbortSignal | undefined };
/** An answer, or the error of a request that may be worth repeating after a while. */
type Outcome = { ok: true; body: unknown } | { ok: false; error: AppError; retryInSeconds: number | null };

/** Smaller than the server allows, so that other callers' texts come in between. */
const MAX_BATCH_TEXTS = 64;
/** A token is renewed this long before it expires. */
const TOKEN_MARGIN_SECONDS = 15;
/** A `Retry-After` longer than this is left to the caller. */
const MAX_RETRY_WAIT_SECONDS = 5;
const RECONNECT_SECONDS = 0.2;

let limits: EmbedderInfo | undefined;
let serviceToken: { value: string; renewAt: number } | undefined;

/**
 * Normalised vectors of texts, one each and in their order, with the tokens each used of the model's window, and of
 * queries their background.
 * @throws AppError `overloaded` or `dependency_unavailable` (after one retry), `model_mismatch` when the embedder
 *   serves another model than `identity`, `input_too_long` without `truncate`, `payload_too_large`
 */
export async function embed(call: EmbedCall): Promise<Embeddings> {
  const { inputs, kind, truncate = true, signal } = call;
  const { max_batch_texts, max_queue_tokens, max_tokens, max_body_bytes, model } = await knownLimits();
  // Texts of the longest kind must fit the server's queue too, or it could never take the batch.
  const fitting = Math.max(1, Math.floor(max_queue_tokens / max_tokens));
  const maxTexts = Math.min(MAX_BATCH_TEXTS, max_batch_texts, fitting);
  const result: Embeddings = {
    embeddings: [],
    tokens: [],
    model,
    identity: call.identity ?? '',
    backgrounds: kind === 'query' ? [] : null,
  };
  for (const batch of batches(inputs, maxTexts, max_body_bytes)) {
    const answer = await request(
      { path: '/embed', body: { inputs: batch, kind, truncate }, signal },
      Embedded,
    );
    result.identity ||= answer.identity;
    if (answer.identity !== result.identity) throw mismatch(answer.identity, result.identity);
    checkCount(answer.embeddings, batch);
    checkCount(answer.background ?? batch, batch);
    result.model = answer.model;
    result.embeddings.push(...answer.embeddings);
    result.tokens.push(...answer.tokens);
    result.backgrounds = joined(result.backgrounds, answer.background);
  }
  return result;
}

/**
 * Tokens of each text by the embedder's own tokenizer, prefix and special tokens left out. Thousands of short texts
 * go in a few requests.
 * @throws AppError as `embed`
 */
export async function countTokens(inputs: string[], signal?: AbortSignal): Promise<number[]> {
  const { max_tokenize_texts, max_body_bytes } = await knownLimits();
  // Nothing has no tokens, and the server does not take it.
  const texts = inputs.filter((text) => text !== '');
  const counts: number[] = [];
  for (const batch of batches(texts, max_tokenize_texts, max_body_bytes)) {
    const answer = await request({ path: '/tokenize', body: { inputs: batch }, signal }, Counted);
    checkCount(answer.counts, batch);
    counts.push(...answer.counts);
  }
  const next = counts.values();
  return inputs.map((text) => (text === '' ? 0 : (next.next().value ?? 0)));
}

/** Which model the embedder serves now, and its limits. @throws AppError `dependency_unavailable` */
export async function embedderInfo(): Promise<EmbedderInfo> {
  limits = await request({ path: '/info' }, Info);
  return limits;
}

/** @throws AppError `dependency_unavailable` unless the embedder has its model loaded and takes work */
export async function pingEmbedder(): Promise<void> {
  await request({ path: '/ready' }, z.unknown());
}

async function knownLimits(): Promise<EmbedderInfo> {
  return limits ?? (await embedderInfo());
}

function* batches(texts: string[], maxTexts: number, maxBodyBytes: number): Generator<string[]> {
  // Room for the rest of the body: its field names and braces.
  const maxBytes = maxBodyBytes - 256;
  let batch: string[] = [];
  let bytes = 0;
  for (const text of texts) {
    const size = Buffer.byteLength(JSON.stringify(text)) + 1;
    if (batch.length > 0 && (batch.length === maxTexts || bytes + size > maxBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(text);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/** One request, and a second one where waiting a little may help. */
async function request<Schema extends z.ZodType>(call: Call, schema: Schema): Promise<z.output<Schema>> {
  let outcome = await attempt(call);
  if (!outcome.ok && outcome.retryInSeconds !== null) {
    await delay(outcome.retryInSeconds * 1_000, undefined, call.signal ? { signal: call.signal } : {});
    outcome = await attempt(call);
  }
  if (!outcome.ok) throw outcome.error;
  const result = schema.safeParse(outcome.body);
  if (!result.success) throw unavailable('The embedder gave an answer we do not understand.', result.error);
  return result.data;
}

async function attempt({ path, body, signal }: Call): Promise<Outcome> {
  const { EMBEDDER_URL, EMBEDDER_TIMEOUT_MS } = config('embedder');
  const timeout = AbortSignal.timeout(EMBEDDER_TIMEOUT_MS);
  const send = { method: body ? 'POST' : 'GET', url: `${EMBEDDER_URL}${path}` };
  try {
    return await traced({ name: 'embedder', namespace: 'remote', request: send }, async (span) => {
      const response = await fetch(send.url, {
        method: send.method,
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        headers: { ...(body && headers()), ...(span.header && { 'X-Amzn-Trace-Id': span.header }) },
        ...(body && { body: JSON.stringify(body) }),
      });
      span.status = response.status;
      return response.ok ? { ok: true, body: await response.json() } : await refusal(response);
    });
  } catch (cause) {
    signal?.throwIfAborted();
    if (timeout.aborted) {
      const error = unavailable(`The embedder did not answer within ${EMBEDDER_TIMEOUT_MS} ms.`, cause);
      return { ok: false, error, retryInSeconds: null };
    }
    const error = unavailable('The embedder cannot be reached.', cause);
    return { ok: false, error, retryInSeconds: RECONNECT_SECONDS };
  }
}

/** What an answer other than 200 means for our caller. */
async function refusal(response: Response): Promise<Outcome> {
  const { code, detail } = Problem.catch({ code: '', detail: '' }).parse(
    await response.json().catch(() => null),
  );
  const retryAfterSeconds = Number(response.headers.get('retry-after') ?? 1) || 1;
  if (response.status === 429) {
    const error = new AppError('overloaded', 'The embedder is at its capacity. Try again in a moment.', {
      retryAfterSeconds,
    });
    const worthWaiting = retryAfterSeconds <= MAX_RETRY_WAIT_SECONDS;
    return { ok: false, error, retryInSeconds: worthWaiting ? retryAfterSeconds : null };
  }
  if (code === 'input_too_long' || code === 'payload_too_large') {
    // Perhaps its limits are no longer those we know.
    limits = undefined;
    return { ok: false, error: new AppError(code, detail), retryInSeconds: null };
  }
  const cause = new Error(`The embedder answered ${response.status} ${code}: ${detail}`);
  const error = unavailable('The embedder cannot serve this now.', cause);
  if (response.status !== 401) return { ok: false, error, retryInSeconds: null };
  await renewSecret();
  return { ok: false, error, retryInSeconds: 0 };
}

function headers(): Record<string, string> {
  const now = Date.now();
  if (!serviceToken || now >= serviceToken.renewAt) {
    const renewAt = now + (SERVICE_TOKEN_SECONDS - TOKEN_MARGIN_SECONDS) * 1_000;
    serviceToken = { value: createServiceToken(), renewAt };
  }
  return {
    Authorization: `Bearer ${serviceToken.value}`,
    'Content-Type': 'application/json',
    // Inside one network the embedder's cores are dearer than bytes; fetch would ask for compression by itself.
    'Accept-Encoding': 'identity',
  };
}

/** A refused token may mean that the secret was rotated: the next one is signed with what it is now. */
async function renewSecret(): Promise<void> {
  serviceToken = undefined;
  forgetSecret('jwt');
  await reloadConfig('auth');
}

function joined<T>(before: T[] | null, next: T[] | undefined): T[] | null {
  return before && next ? [...before, ...next] : null;
}

function checkCount(answers: unknown[], texts: string[]): void {
  if (answers.length !== texts.length) throw unavailable('The embedder left texts out.');
}

function mismatch(served: string, expected: string): AppError {
  return new AppError(
    'model_mismatch',
    `The embedder serves ${served}, but the vectors here are of ${expected}.`,
  );
}

function unavailable(message: string, cause?: unknown): AppError {
  return new AppError('dependency_unavailable', message, { cause, retryAfterSeconds: 2 });
}
