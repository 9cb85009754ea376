import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { SERVICE_TOKEN_SECONDS } from '#shared/auth/service-claims.ts';
import { createServiceToken } from '#shared/auth/service-token.ts';
import { reloadConfig, section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import { forgetSecret } from '#shared/core/secrets.ts';
import { withTrace } from '#shared/observability/trace.ts';

const embedderConfig = section('embedder');

/** An error of the embedder: a problem, or on OpenAI's path OpenAI's error. */
const Refusal = z.union([
  z.object({ code: z.string(), detail: z.string() }),
  z
    .object({ error: z.object({ code: z.string(), message: z.string(), param: z.string().nullable() }) })
    .transform(({ error: { code, message, param } }) => ({ code, detail: message, param })),
]);

export type EmbedderCall = {
  path: string;
  body?: object;
  signal?: AbortSignal | undefined;
  /** How often the request is sent at most; default 2. */
  attempts?: 1 | 2;
};
/** A response body, or an error with the wait before a retry; null when a retry cannot help. */
type CallResult = { ok: true; body: unknown } | { ok: false; error: AppError; retryInSeconds: number | null };

/** The service token is renewed this long before it expires. */
const TOKEN_MARGIN_SECONDS = 15;
/** A longer `Retry-After` is not waited for: the error goes to the caller. */
const MAX_RETRY_WAIT_SECONDS = 5;
const RECONNECT_SECONDS = 0.2;

let serviceToken: { value: string; renewAt: number } | undefined;

/**
 * Sends a request to the embedder, and once again when a retry may help.
 * @throws AppError `overloaded`, `input_too_long`, `payload_too_large`, `not_found` or `dependency_unavailable`
 */
export async function callEmbedder<Schema extends z.ZodType>(
  call: EmbedderCall,
  schema: Schema,
): Promise<z.output<Schema>> {
  let result = await sendOnce(call);
  if (!result.ok && result.retryInSeconds !== null && call.attempts !== 1) {
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
        headers: { ...requestHeaders(), ...(span.header && { 'X-Amzn-Trace-Id': span.header }) },
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
  const refusal = Refusal.catch({ code: '', detail: '' }).parse(await response.json().catch(() => null));
  const retryAfterSeconds = Number(response.headers.get('retry-after') ?? 1) || 1;
  if (response.status === 429) {
    const error = new AppError('overloaded', 'The embedder is at its capacity. Try again in a moment.', {
      retryAfterSeconds,
    });
    const worthWaiting = retryAfterSeconds <= MAX_RETRY_WAIT_SECONDS;
    return { ok: false, error, retryInSeconds: worthWaiting ? retryAfterSeconds : null };
  }
  const passed = passedOn(refusal);
  if (passed) return { ok: false, error: passed, retryInSeconds: null };
  const cause = new Error(`The embedder answered ${response.status} ${refusal.code}: ${refusal.detail}`);
  const error = embedderUnavailable('The embedder cannot serve this now.', cause);
  if (response.status !== 401) return { ok: false, error, retryInSeconds: null };
  await renewSecret();
  return { ok: false, error, retryInSeconds: 0 };
}

const PASSED_ON = ['input_too_long', 'payload_too_large', 'not_found', 'validation_failed'] as const;
/** How OpenAI's format calls a model that is not found. */
const MODEL_NOT_FOUND = 'model_not_found';

/** An error that is the caller's own; null for one that is the platform's. */
function passedOn({ code, detail, ...more }: z.output<typeof Refusal>): AppError | null {
  const known = code === MODEL_NOT_FOUND ? 'not_found' : PASSED_ON.find((each) => each === code);
  if (!known) return null;
  const { param } = more as { param?: string | null };
  return new AppError(known, detail, param ? { fields: [{ path: param, message: detail }] } : {});
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

export function embedderUnavailable(message: string, cause?: unknown): AppError {
  return new AppError('dependency_unavailable', message, { cause, retryAfterSeconds: 2 });
}
