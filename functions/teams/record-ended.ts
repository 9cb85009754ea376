import type { AuditEntry } from '#shared/db/audit-log.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import type { Db } from '#shared/db/scope.ts';

/** The ids of what ended with a role, who took the role away, and by which action. */
type Ended = { actor: AuditEntry['actor']; keys?: string[]; invitations: string[]; reason: string };

/** Records the API keys and invitations that ended because their creator lost the role for them. */
export async function recordEnded(
  teamId: string,
  { actor, keys = [], invitations, reason }: Ended,
  db: Db,
): Promise<void> {
  const after = { reason };
  for (const targetId of keys)
    await auditLog.append(teamId, { actor, action: 'api_key.revoked', targetId, after }, db);
  for (const targetId of invitations)
    await auditLog.append(teamId, { actor, action: 'invitation.deleted', targetId, after }, db);
}
