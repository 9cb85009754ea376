import { WorkerCrashed } from '#embedder/workers/worker-channel.ts';
import { AppError } from '#shared/core/errors.ts';

/**
 * Rethrows a fault of a worker thread as an error of the API; the cause, with its details, is for the log.
 * @throws AppError
 */
export function translateFault(error: unknown): never {
  if (error instanceof AppError) throw error;
  if (!(error instanceof WorkerCrashed)) {
    throw new AppError(
      'internal_error',
      'The model could not compute this input. Send its texts one by one to find which it is; the request id finds the reason in the log.',
      { cause: error },
    );
  }
  throw new AppError(
    'dependency_unavailable',
    'The embedding model stopped unexpectedly and is being restarted. Try again.',
    { cause: error, retryAfterSeconds: 1 },
  );
}
