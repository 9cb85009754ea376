import { z } from 'zod';
import { Role } from '#shared/core/roles.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as invitations from '#shared/db/invitations.ts';
import * as members from '#shared/db/members.ts';
import { inTeam } from '#shared/db/scope.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { assertMayChange } from './member-rules.ts';
import { recordEnded } from './record-ended.ts';
import { Member } from './schemas.ts';

export const updateMember = defineRoute({
  method: 'PATCH',
  path: '/v1/teams/{team_id}/members/{user_id}',
  summary: 'Change a member’s role',
  tag: 'teams',
  access: { role: 'admin', scope: 'session-only' },
  body: z.object({ role: Role }),
  response: { 200: Member },
  errors: ['not_found', 'insufficient_role', 'last_owner'],
  async run({ principal, params, body }) {
    const { teamId, userId: actorId } = principal;
    const member = { userId: params.user_id, role: body.role };
    const changed = await inTeam(teamId, async (db) => {
      const roles = await members.lock(teamId, db);
      assertMayChange({
        members: roles,
        actorId,
        targetId: member.userId,
        role: body.role,
      });
      await members.update(teamId, member, db);
      const withdrawn = await invitations.removeUngrantable(teamId, member, db);
      const ended = { actor: principal, invitations: withdrawn, reason: 'member.updated' };
      await recordEnded(teamId, ended, db);
      await auditLog.append(
        teamId,
        {
          actor: principal,
          action: 'member.updated',
          targetId: member.userId,
          before: { role: roles.get(member.userId) },
          after: body,
        },
        db,
      );
      return await members.find(teamId, member.userId, db);
    });
    return ok(changed);
  },
});
