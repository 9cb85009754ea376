import * as auditLog from '#shared/db/audit-log.ts';
import type { Db } from '#shared/db/scope.ts';
import type { TeamPrincipal } from '#shared/http/route.ts';

/** The ids of what ended with a role, and the action that took the role away. */
type Ended = { keys?: string[]; invitations: string[]; reason: string };

/** Records the API keys and invitations that ended because their creator lost the role for them. */
export async function recordEnded(
  actor: TeamPrincipal,
  { keys = [], invitations, reason }: Ended,
  db: Db,
): Promise<void> {
  const after = { reason };
  for (const targetId of keys)
    await auditLog.append(actor.teamId, { actor, action: 'api_key.revoked', targetId, after }, db);
  for (const targetId of invitations)
    await auditLog.append(actor.teamId, { actor, action: 'invitation.deleted', targetId, after }, db);
}
