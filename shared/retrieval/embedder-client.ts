import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { createServiceToken, SERVICE_TOKEN_SECONDS } from '#shared/auth/service-token.ts';
import { reloadConfig, section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import { forgetSecret } from '#shared/core/secrets.ts';
import { withTrace } from '#shared/observability/trace.ts';

const embedderConfig = section('embedder');

const InfoBody = z.object({
  model: z.string(),
  revision: z.string(),
  /** `model@revision:quantization:pooling`: vectors are comparable only when it is equal. */
  identity: z.string(),
  dimensions: z.int(),
  /** The model's window, with special tokens and prefix. */
  max_tokens: z.int(),
  /** The part of the window left for a text, counted as by `countTokens`. */
  max_input_tokens: z.int(),
  max_batch_texts: z.int(),
  max_tokenize_texts: z.int(),
  max_input_chars: z.int(),
  max_body_bytes: z.int(),
  max_queue_tokens: z.int(),
});
const BackgroundBody = z.object({ ko: z.number(), en: z.number() });
const EmbedBody = z.object({
  embeddings: z.array(z.array(z.number())),
  tokens: z.array(z.int()),
  model: z.string(),
  identity: z.string(),
  /** Only for queries: the median cosine of each to the embedder's neutral passages, by their language. */
  background: z.array(BackgroundBody).optional(),
});
const TokenizeBody = z.object({ counts: z.array(z.int()) });
const ProblemBody = z.object({ code: z.string(), detail: z.string() });

type EmbedderInfo = z.infer<typeof InfoBody>;
/** The median similarity of a query to unrelated passages of each language. */
export type Background = z.infer<typeof BackgroundBody>;
type Embeddings = Omit<z.infer<typeof EmbedBody>, 'background'> & {
  /** One per text; null for passages, and from an embedder that does not measure it. */
  backgrounds: Background[] | null;
};

type EmbedCall = {
  inputs: string[];
  kind: 'query' | 'passage';
  /** The identity of the stored vectors' model. When the embedder serves another, the call fails. */
  identity?: string;
  /** Whether only the beginning of a text longer than the window is embedded; default true. */
  truncate?: boolean;
  signal?: AbortSignal;
};
type EmbedderCall = { path: string; body?: object; signal?: AbortSignal | undefined };
/** A response body, or an error with the wait before a retry; null when a retry cannot help. */
type CallResult = { ok: true; body: unknown } | { ok: false; error: AppError; retryInSeconds: number | null };

/** Less than the server allows, so that the texts of other callers get their turn in between. */
const MAX_BATCH_TEXTS = 64;
/** The service token is renewed this long before it expires. */
const TOKEN_MARGIN_SECONDS = 15;
/** A longer `Retry-After` is not waited for: the error goes to the caller. */
const MAX_RETRY_WAIT_SECONDS = 5;
const RECONNECT_SECONDS = 0.2;

let limits: EmbedderInfo | undefined;
let serviceToken: { value: string; renewAt: number } | undefined;

/**
 * Embeds texts. @returns one normalised vector per text, in the same order, the number of tokens of each, and for
 * queries their background
 * @throws AppError `overloaded` or `dependency_unavailable` (after one retry), `model_mismatch` when the embedder
 *   serves another model than `identity`, `input_too_long` without `truncate`, `payload_too_large`
 */
export async function embed(call: EmbedCall): Promise<Embeddings> {
  const { inputs, kind, truncate = true, signal } = call;
  const { max_batch_texts, max_queue_tokens, max_tokens, max_body_bytes, model } = await knownLimits();
  // A batch of texts of maximum length must fit the server's queue, which would refuse it for ever otherwise.
  const fitting = Math.max(1, Math.floor(max_queue_tokens / max_tokens));
  const maxTexts = Math.min(MAX_BATCH_TEXTS, max_batch_texts, fitting);
  const result: Embeddings = {
    embeddings: [],
    tokens: [],
    model,
    identity: call.identity ?? '',
    backgrounds: kind === 'query' ? [] : null,
  };
  for (const batch of splitIntoBatches(inputs, maxTexts, max_body_bytes)) {
    const answer = await callEmbedder(
      { path: '/embed', body: { inputs: batch, kind, truncate }, signal },
      EmbedBody,
    );
    result.identity ||= answer.identity;
    if (answer.identity !== result.identity) throw mismatchError(answer.identity, result.identity);
    requireSameCount(answer.embeddings, batch);
    requireSameCount(answer.background ?? batch, batch);
    result.model = answer.model;
    result.embeddings.push(...answer.embeddings);
    result.tokens.push(...answer.tokens);
    result.backgrounds = joined(result.backgrounds, answer.background);
  }
  return result;
}

/**
 * Counts the tokens of each text with the embedder's tokenizer, without prefix and special tokens. Thousands of short
 * texts are sent in a few requests.
 * @throws AppError as `embed`
 */
export async function countTokens(inputs: string[], signal?: AbortSignal): Promise<number[]> {
  const { max_tokenize_texts, max_body_bytes } = await knownLimits();
  // An empty text has no tokens, and the server refuses it.
  const texts = inputs.filter((text) => text !== '');
  const counts: number[] = [];
  for (const batch of splitIntoBatches(texts, max_tokenize_texts, max_body_bytes)) {
    const answer = await callEmbedder({ path: '/tokenize', body: { inputs: batch }, signal }, TokenizeBody);
    requireSameCount(answer.counts, batch);
    counts.push(...answer.counts);
  }
  const next = counts.values();
  return inputs.map((text) => (text === '' ? 0 : (next.next().value ?? 0)));
}

/** The model that the embedder serves now, and its limits. @throws AppError `dependency_unavailable` */
export async function embedderInfo(): Promise<EmbedderInfo> {
  limits = await callEmbedder({ path: '/info' }, InfoBody);
  return limits;
}

/** @throws AppError `dependency_unavailable` unless the embedder has loaded its model and accepts requests */
export async function pingEmbedder(): Promise<void> {
  await callEmbedder({ path: '/ready' }, z.unknown());
}

async function knownLimits(): Promise<EmbedderInfo> {
  return limits ?? (await embedderInfo());
}

function* splitIntoBatches(texts: string[], maxTexts: number, maxBodyBytes: number): Generator<string[]> {
  // Leave room for the rest of the body: field names and braces.
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

/** Sends a request, and once again when a retry may help. */
async function callEmbedder<Schema extends z.ZodType>(
  call: EmbedderCall,
  schema: Schema,
): Promise<z.output<Schema>> {
  let result = await sendOnce(call);
  if (!result.ok && result.retryInSeconds !== null) {
    await delay(result.retryInSeconds * 1_000, undefined, call.signal ? { signal: call.signal } : {});
    result = await sendOnce(call);
  }
  if (!result.ok) throw result.error;
  const parsed = schema.safeParse(result.body);
  if (!parsed.success)
    throw embedderUnavailable('The embedder gave an answer we do not understand.', parsed.error);
  return parsed.data;
}

async function sendOnce({ path, body, signal }: EmbedderCall): Promise<CallResult> {
  const { EMBEDDER_URL, EMBEDDER_TIMEOUT_MS } = embedderConfig();
  const timeout = AbortSignal.timeout(EMBEDDER_TIMEOUT_MS);
  const send = { method: body ? 'POST' : 'GET', url: `${EMBEDDER_URL}${path}` };
  try {
    return await withTrace({ name: 'embedder', namespace: 'remote', request: send }, async (span) => {
      const response = await fetch(send.url, {
        method: send.method,
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        headers: { ...(body && requestHeaders()), ...(span.header && { 'X-Amzn-Trace-Id': span.header }) },
        ...(body && { body: JSON.stringify(body) }),
      });
      span.status = response.status;
      return response.ok ? { ok: true, body: await response.json() } : await readRefusal(response);
    });
  } catch (cause) {
    signal?.throwIfAborted();
    if (timeout.aborted) {
      const error = embedderUnavailable(
        `The embedder did not answer within ${EMBEDDER_TIMEOUT_MS} ms.`,
        cause,
      );
      return { ok: false, error, retryInSeconds: null };
    }
    const error = embedderUnavailable('The embedder cannot be reached.', cause);
    return { ok: false, error, retryInSeconds: RECONNECT_SECONDS };
  }
}

/** Translates a response other than 2xx for the caller. */
async function readRefusal(response: Response): Promise<CallResult> {
  const { code, detail } = ProblemBody.catch({ code: '', detail: '' }).parse(
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
    // The embedder's limits may have changed: read them again before the next call.
    limits = undefined;
    return { ok: false, error: new AppError(code, detail), retryInSeconds: null };
  }
  const cause = new Error(`The embedder answered ${response.status} ${code}: ${detail}`);
  const error = embedderUnavailable('The embedder cannot serve this now.', cause);
  if (response.status !== 401) return { ok: false, error, retryInSeconds: null };
  await renewSecret();
  return { ok: false, error, retryInSeconds: 0 };
}

function requestHeaders(): Record<string, string> {
  const now = Date.now();
  if (!serviceToken || now >= serviceToken.renewAt) {
    const renewAt = now + (SERVICE_TOKEN_SECONDS - TOKEN_MARGIN_SECONDS) * 1_000;
    serviceToken = { value: createServiceToken(), renewAt };
  }
  return {
    Authorization: `Bearer ${serviceToken.value}`,
    'Content-Type': 'application/json',
    // fetch asks for compression by default, which would cost the embedder CPU time inside one network.
    'Accept-Encoding': 'identity',
  };
}

/** Reads the secret again, since a refused token may mean that it was rotated; the next token is signed with it. */
async function renewSecret(): Promise<void> {
  serviceToken = undefined;
  forgetSecret('jwt');
  await reloadConfig('auth');
}

function joined<T>(before: T[] | null, next: T[] | undefined): T[] | null {
  return before && next ? [...before, ...next] : null;
}

function requireSameCount(answers: unknown[], texts: string[]): void {
  if (answers.length !== texts.length) throw embedderUnavailable('The embedder left texts out.');
}

function mismatchError(served: string, expected: string): AppError {
  return new AppError(
    'model_mismatch',
    `The embedder serves ${served}, but the vectors here are of ${expected}.`,
  );
}

function embedderUnavailable(message: string, cause?: unknown): AppError {
  return new AppError('dependency_unavailable', message, { cause, retryAfterSeconds: 2 });
}
