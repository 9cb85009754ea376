import { AppError, type ErrorCode } from '#shared/core/errors.ts';
import { isRetryable } from '#shared/llm/failure.ts';
import { log } from '#shared/observability/log.ts';
import type { ChatEvent } from './answer.ts';

/** One server-sent event: its name and its data, to be written as JSON. */
type NamedEvent = { event: string; data: unknown };

/** The data of an `error` event. */
export type StreamError = { code: ErrorCode; message: string; retryable: boolean };

/**
 * The events of an answer as the named SSE events of the contract. A stream that throws ends in one `error`
 * event: an AppError's own code and words, anything else as `internal_error` with its cause in the log.
 * @returns whether the answer came to its own end
 */
export async function* namedEvents(events: AsyncIterable<ChatEvent>): AsyncGenerator<NamedEvent, boolean> {
  let whole = false;
  try {
    for await (const event of events) {
      const { type, ...data } = event;
      whole = isWhole(event);
      yield { event: type, data };
    }
  } catch (error) {
    yield { event: 'error', data: streamError(error) };
    return false;
  }
  return whole;
}

/** Whether this is the last event of an answer that was not broken off. */
export function isWhole(event: ChatEvent): boolean {
  return event.type === 'done' && event.finish_reason !== 'aborted';
}

/** What a client may know of an error after the status line has been sent. Logs what it may not. */
export function streamError(error: unknown): StreamError {
  if (error instanceof AppError && error.code !== 'internal_error') {
    const cause = error.cause instanceof Error ? error.cause.constructor.name : undefined;
    log.warn('An answer failed', { code: error.code, cause });
    return { code: error.code, message: error.message, retryable: isRetryable(error) };
  }
  const cause = error instanceof Error ? error : new Error(String(error));
  log.error('An answer failed unexpectedly', cause);
  return { code: 'internal_error', message: 'Something went wrong on our side.', retryable: true };
}
