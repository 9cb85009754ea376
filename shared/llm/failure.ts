import { APIError as AnthropicError } from '@anthropic-ai/sdk';
import { APIError as OpenAiError } from 'openai';
import { AppError, type ErrorCode } from '#shared/core/errors.ts';
import type { ProviderName } from './request.ts';

const LABEL: Record<ProviderName, string> = {
  openai: 'OpenAI',
  anthropic: 'Anthropic',
  builtin: 'The built-in model',
};

/** Error types which either API may send inside a stream, where there is no status to go by. */
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

/** A wait suggested to clients when the provider named none. */
const DEFAULT_RETRY_SECONDS = 1;

type ApiFailure = { status: number | undefined; code: string; message: string; headers: Headers | undefined };

/**
 * What a failed call means to a client. A `provider_error` carries `retryAfterSeconds` exactly when asking
 * again can help. The provider's own words stay in `cause`: they may quote the prompt or part of a key.
 */
export function toAppError(error: unknown, provider: ProviderName): AppError {
  if (error instanceof AppError) return error;
  const label = LABEL[provider];
  const { status, code, message } = read(error);
  if (code === 'insufficient_quota' || status === 402) {
    return failure('provider_error', `${label} refuses calls: the account has no credit left.`, error);
  }
  if (isTransient(status)) {
    const what = status === 429 || status === 529 ? 'is overloaded' : 'could not be reached or failed';
    const waitMs = retryAfterMsOf(error) ?? DEFAULT_RETRY_SECONDS * 1_000;
    return failure('provider_error', `${label} ${what}. Try again.`, error, Math.ceil(waitMs / 1_000));
  }
  if (code === 'context_length_exceeded' || status === 413 || TOO_LONG.test(message)) {
    return failure('input_too_long', 'The question and its passages do not fit the model.', error);
  }
  if (status === 404) {
    return failure('unknown_model', `${label} does not offer this model to this installation.`, error);
  }
  const what = status === 401 || status === 403 ? 'the API key of this installation' : 'the request';
  return failure('provider_error', `${label} refused ${what}.`, error);
}

/** A broken connection has no status. */
function isTransient(status: number | undefined): boolean {
  return status === undefined || [408, 409, 429].includes(status) || status >= 500;
}

/** A stream that ended without saying why. */
export function cutOff(provider: ProviderName, cause?: unknown): AppError {
  return failure('provider_error', `${LABEL[provider]} cut the answer off. Try again.`, cause, 1);
}

/** Whether asking again, unchanged, can help. */
export function isRetryable(error: AppError): boolean {
  if (error.code === 'provider_error') return error.retryAfterSeconds !== undefined;
  return ['rate_limited', 'overloaded', 'dependency_unavailable', 'provider_timeout'].includes(error.code);
}

/** Whether the provider did not accept the key: the sign of a rotated secret. */
export function isUnauthorized(error: unknown): boolean {
  return read(error).status === 401;
}

/** How long the provider asks to wait, from `retry-after-ms` or `retry-after` (seconds or a date). */
export function retryAfterMsOf(error: unknown): number | undefined {
  const { headers } = read(error);
  const exact = headers?.get('retry-after-ms');
  if (exact && Number.isFinite(Number(exact))) return Math.max(0, Number(exact));
  const value = headers?.get('retry-after');
  if (!value) return undefined;
  const ms = Number.isFinite(Number(value)) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

function failure(code: ErrorCode, message: string, cause: unknown, retryAfterSeconds?: number): AppError {
  return new AppError(code, message, {
    cause,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds: Math.max(1, retryAfterSeconds) }),
  });
}

/** A connection that broke has neither status nor type, and neither has a stream that was no JSON. */
function read(error: unknown): ApiFailure {
  if (error instanceof AppError) return read(error.cause);
  if (error instanceof OpenAiError) {
    return apiFailure(error, error.code ?? '', error.type ?? '');
  }
  if (error instanceof AnthropicError) {
    return apiFailure(error, error.errorCode ?? '', error.type ?? '');
  }
  return { status: undefined, code: '', message: '', headers: undefined };
}

function apiFailure(
  error: { status: number | undefined; message: string; headers: Headers | undefined },
  code: string,
  type: string,
): ApiFailure {
  const { status = STATUS_BY_TYPE[type], message, headers } = error;
  return { status, code, message, headers };
}
