import { AppError } from './errors.ts';

/**
 * The error of a dependency that failed: a 503 that asks the client to come back.
 * @param problem what happened, without a full stop, such as `The database cannot be reached`
 */
export function unavailable(problem: string, cause?: unknown, retryAfterSeconds = 5): AppError {
  return new AppError('dependency_unavailable', `${problem}; try again shortly.`, {
    cause,
    retryAfterSeconds,
  });
}
