import * as auditLog from '#shared/db/audit-log.ts';
import * as members from '#shared/db/members.ts';
import type { Db } from '#shared/db/scope.ts';
import { recordEnded } from './record-ended.ts';

type Ending = {
  actor: { userId: string; keyId: string | null };
  userId: string;
  role: string | undefined;
};

/**
 * Takes a member out of a team with all that is theirs by their role, and records each part of it. Their conversations
 * are left to the caller.
 */
export async function endMembership(teamId: string, { actor, userId, role }: Ending, db: Db): Promise<void> {
  const action = userId === actor.userId ? 'member.left' : 'member.removed';
  const ended = await members.remove(teamId, userId, db);
  await recordEnded(teamId, { ...ended, actor, reason: action }, db);
  await auditLog.append(teamId, { actor, action, targetId: userId, before: { role } }, db);
}
