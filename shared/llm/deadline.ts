import { AppError } from '#shared/core/errors.ts';

type Deadlines<E> = {
  /** The caller's signal: aborting it aborts the stream, and its reason is thrown. */
  signal: AbortSignal;
  /** Time until the first event for which `isFirst` holds. */
  firstMs: number;
  /** Time between two events after that. The consumer's own time does not count. */
  idleMs: number;
  isFirst: (event: E) => boolean;
};

/** A provider that is too slow now may not be in a moment. */
const RETRY_SECONDS = 5;

/**
 * Runs a stream under two deadlines. When one passes, or the consumer stops early, the stream's signal is aborted,
 * so that its connection closes.
 * @throws AppError `provider_timeout`; the signal's reason when the caller aborted
 */
export async function* withDeadlines<E>(
  start: (signal: AbortSignal) => AsyncIterable<E>,
  { signal, firstMs, idleMs, isFirst }: Deadlines<E>,
): AsyncGenerator<E, void> {
  const own = new AbortController();
  let late: AppError | undefined;
  const arm = (ms: number, message: string): NodeJS.Timeout =>
    setTimeout(() => {
      late = new AppError('provider_timeout', message, { retryAfterSeconds: RETRY_SECONDS });
      own.abort(late);
    }, ms);
  let begun = false;
  let timer = arm(firstMs, 'The model did not begin to answer in time. Try again.');
  try {
    for await (const event of start(AbortSignal.any([signal, own.signal]))) {
      begun ||= isFirst(event);
      if (begun) clearTimeout(timer);
      yield event;
      if (begun) timer = arm(idleMs, 'The model stopped in the middle of its answer. Try again.');
    }
  } catch (error) {
    throw late ?? (signal.aborted ? signal.reason : error);
  } finally {
    clearTimeout(timer);
    own.abort();
  }
  // Both SDKs end an aborted stream without an error, as if it were complete.
  if (late) throw late;
  signal.throwIfAborted();
}
