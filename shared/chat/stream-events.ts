import { AppError, type ErrorCode } from '#shared/core/errors.ts';
import { isRetryable } from '#shared/llm/failure.ts';
import { log } from '#shared/observability/log.ts';
import type { AnswerFormat } from './answer.ts';

/** One server-sent event: its name, and its data before it is written as JSON. */
type NamedEvent = { event: string; data: unknown };

/** The data of an `error` event. */
type StreamError = { code: ErrorCode; message: string; retryable: boolean };

/** Each event of an answer as the API's SSE event of the same name, after `opening`. */
export function namedEventFormat(opening: NamedEvent[]): AnswerFormat<NamedEvent> {
  return {
    opening,
    formatEvent: ({ type, ...data }) => [{ event: type, data }],
    closing: () => [],
    formatError: (error) => ({ event: 'error', data: toStreamError(error) }),
  };
}

/** Tells a client of an error after the status line has been sent; internal details go to the log only. */
export function toStreamError(error: unknown): StreamError {
  if (error instanceof AppError && error.code !== 'internal_error') {
    const cause = error.cause instanceof Error ? error.cause.constructor.name : undefined;
    log.warn('An answer failed', { code: error.code, cause });
    return { code: error.code, message: error.message, retryable: isRetryable(error) };
  }
  const cause = error instanceof Error ? error : new Error(String(error));
  log.error('An answer failed unexpectedly', cause);
  return { code: 'internal_error', message: 'Something went wrong on our side.', retryable: true };
}
