import { z } from 'zod';
import { Role } from '#shared/core/roles.ts';
import { audit } from '#shared/db/audit-log.ts';
import { inTeam } from '#shared/db/scope.ts';
import { updateMember as changeMember, findMember, lockMembers } from '#shared/db/teams.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { assertMayChange } from './member-rules.ts';
import { Member } from './schemas.ts';

export const updateMember = defineRoute({
  method: 'PATCH',
  path: '/v1/teams/{team_id}/members/{user_id}',
  summary: 'Change a member’s role',
  tag: 'teams',
  access: { role: 'admin', scope: 'none' },
  body: z.object({ role: Role }),
  response: { 200: Member },
  errors: ['not_found', 'insufficient_role', 'last_owner'],
  async run({ principal, params, body }) {
    const { teamId, userId: actorId } = principal;
    const member = { userId: params.user_id, role: body.role };
    const changed = await inTeam(teamId, async (db) => {
      assertMayChange({
        members: await lockMembers(teamId, db),
        actorId,
        targetId: member.userId,
        role: body.role,
      });
      await changeMember(teamId, member, db);
      await audit(
        teamId,
        { actor: principal, action: 'member.updated', targetId: member.userId, details: body },
        db,
      );
      return await findMember(teamId, member.userId, db);
    });
    return ok(changed);
  },
});
