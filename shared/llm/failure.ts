import { APIError as AnthropicError } from '@anthropic-ai/sdk';
import { APIError as OpenAiError } from 'openai';
import { AppError, type ErrorCode } from '#shared/core/errors.ts';
import type { ProviderName } from './request.ts';

const LABEL: Record<ProviderName, string> = {
  openai: 'OpenAI',
  anthropic: 'Anthropic',
  builtin: 'The built-in model',
};

/** The HTTP status of error types that either API may send inside a stream, after its own status line. */
const STATUS_BY_TYPE: Record<string, number> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  timeout_error: 504,
  overloaded_error: 529,
};

const TOO_LONG = /prompt is too long|context (?:length|window)/i;

/** The wait suggested to clients when the provider suggests none. */
const DEFAULT_RETRY_SECONDS = 1;

type ApiFailure = { status: number | undefined; code: string; message: string; headers: Headers | undefined };

/**
 * Translates a failed call for clients. A `provider_error` has `retryAfterSeconds` exactly when a retry can help.
 * The provider's message stays in `cause`: it may quote the prompt or a part of the API key.
 */
export function toAppError(error: unknown, provider: ProviderName): AppError {
  if (error instanceof AppError) return error;
  const label = LABEL[provider];
  const { status, code, message } = readFailure(error);
  if (code === 'insufficient_quota' || status === 402) {
    return toError('provider_error', `${label} refuses calls: the account has no credit left.`, error);
  }
  if (isTransient(status)) {
    const what = status === 429 || status === 529 ? 'is overloaded' : 'could not be reached or failed';
    const waitMs = readRetryAfterMs(error) ?? DEFAULT_RETRY_SECONDS * 1_000;
    return toError('provider_error', `${label} ${what}. Try again.`, error, Math.ceil(waitMs / 1_000));
  }
  if (code === 'context_length_exceeded' || status === 413 || TOO_LONG.test(message)) {
    return toError('input_too_long', 'The question and its passages do not fit the model.', error);
  }
  if (status === 404) {
    return toError('unknown_model', `${label} does not offer this model to this installation.`, error);
  }
  const what = status === 401 || status === 403 ? 'the API key of this installation' : 'the request';
  return toError('provider_error', `${label} refused ${what}.`, error);
}

/** No status means that the connection broke. */
function isTransient(status: number | undefined): boolean {
  return status === undefined || [408, 409, 429].includes(status) || status >= 500;
}

/** The error for a stream that ended without a finish reason. */
export function cutOffError(provider: ProviderName, cause?: unknown): AppError {
  return toError('provider_error', `${LABEL[provider]} cut the answer off. Try again.`, cause, 1);
}

/** Whether repeating the same request can help. */
export function isRetryable(error: AppError): boolean {
  if (error.code === 'provider_error') return error.retryAfterSeconds !== undefined;
  return ['rate_limited', 'overloaded', 'dependency_unavailable', 'provider_timeout'].includes(error.code);
}

/** Whether the provider refused the API key, perhaps because the secret was rotated. */
export function isUnauthorized(error: unknown): boolean {
  return readFailure(error).status === 401;
}

/** The wait that the provider asks for, in ms: `retry-after-ms`, or `retry-after` (seconds or a date). */
export function readRetryAfterMs(error: unknown): number | undefined {
  const { headers } = readFailure(error);
  const exact = headers?.get('retry-after-ms');
  if (exact && Number.isFinite(Number(exact))) return Math.max(0, Number(exact));
  const value = headers?.get('retry-after');
  if (!value) return undefined;
  const ms = Number.isFinite(Number(value)) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** Keys and pieces of keys, masked or whole. */
const KEYS = /\b(?:sk|rk|pk|rag)[-_][\w*.-]+|\bBearer\s+\S+|\bAIza[\w-]+|[\w-]*\*{2,}[\w*.-]*|\b[\w-]{40,}/gi;
/** A long quotation may be of the prompt; names of parameters and models are short. */
const LONG_QUOTATION = /(["'`“])[^"'`”]{60,}["'`”]/g;
const MAX_LOGGED_CHARS = 300;

/**
 * Why a provider refused a request, for the log: its message without keys and long quotations, capped. Undefined for
 * failures that no setting causes.
 */
export function refusalReason(error: unknown): string | undefined {
  const { status, message } = readFailure(error);
  if (status === undefined || status < 400 || status >= 500 || isTransient(status)) return undefined;
  const scrubbed = message.replace(/\s+/g, ' ').replace(LONG_QUOTATION, '$1…$1').replace(KEYS, '***');
  return scrubbed.length > MAX_LOGGED_CHARS ? `${scrubbed.slice(0, MAX_LOGGED_CHARS)}…` : scrubbed;
}

function toError(code: ErrorCode, message: string, cause: unknown, retryAfterSeconds?: number): AppError {
  return new AppError(code, message, {
    cause,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds: Math.max(1, retryAfterSeconds) }),
  });
}

/** Reads an SDK's error. A broken connection and a stream that is not JSON have neither status nor code. */
function readFailure(error: unknown): ApiFailure {
  if (error instanceof AppError) return readFailure(error.cause);
  if (error instanceof OpenAiError) {
    return toFailure(error, error.code ?? '', error.type ?? '');
  }
  if (error instanceof AnthropicError) {
    return toFailure(error, error.errorCode ?? '', error.type ?? '');
  }
  return { status: undefined, code: '', message: '', headers: undefined };
}

function toFailure(
  error: { status: number | undefined; message: string; headers: Headers | undefined },
  code: string,
  type: string,
): ApiFailure {
  const { status = STATUS_BY_TYPE[type], message, headers } = error;
  return { status, code, message, headers };
}
