import { AppError } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import { unscoped } from '#shared/db/scope.ts';

/** Runs a step of signing in, and records that it was refused: nobody is known yet, so that the entry has no team. */
export async function recordFailedSignIn<T>(step: () => T | Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof AppError && error.status < 500) {
      const entry = { actor: 'anonymous' as const, action: 'session.refused', after: { code: error.code } };
      await unscoped((db) => auditLog.append(null, entry, db));
    }
    throw error;
  }
}
