import type { Principal } from '#shared/auth/principal.ts';
import { AppError } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import { inTeam, unscoped } from '#shared/db/scope.ts';
import { log } from '#shared/observability/log.ts';
import type { HttpRequest } from './request.ts';

type Refusable = { principal: Principal | null; request: HttpRequest; teamId: string | null };

/** Runs `run`, and records in the audit log that it was refused (403). The refused caller waits for the record. */
export async function recordRefusals<T>(
  { principal, request, teamId }: Refusable,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (principal && error instanceof AppError && error.status === 403)
      await record(principal, request, { teamId: teamId && ownTeam(principal, teamId), code: error.code });
    throw error;
  }
}

/** The team of the path where the caller belongs to it; a key's refusals belong to its team, whatever the path says. */
function ownTeam(principal: Principal, teamId: string): string | null {
  return principal.teamId === teamId && principal.role ? teamId : null;
}

async function record(
  principal: Principal,
  request: HttpRequest,
  { teamId, code }: { teamId: string | null; code: string },
): Promise<void> {
  const after = { method: request.method, path: request.path.slice(0, 300), code };
  const entry = { actor: principal, action: 'request.refused', after };
  const team = teamId ?? (principal.kind === 'key' ? principal.teamId : null);
  try {
    await (team
      ? inTeam(team, (db) => auditLog.append(team, entry, db))
      : unscoped((db) => auditLog.append(null, entry, db)));
  } catch (error) {
    log.warn('A refusal was not recorded', { error: error as Error });
  }
}
