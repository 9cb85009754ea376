import { audit } from '#shared/db/audit-log.ts';
import { inTeam } from '#shared/db/scope.ts';
import { lockMembers, deleteMember as removeMember } from '#shared/db/teams.ts';
import { defineRoute, noContent } from '#shared/http/route.ts';
import { assertKeepsOwner, assertMayChange } from './member-rules.ts';

export const deleteMember = defineRoute({
  method: 'DELETE',
  path: '/v1/teams/{team_id}/members/{user_id}',
  summary: 'Remove a member, or leave the team',
  tag: 'teams',
  access: { role: 'viewer', scope: 'none' },
  response: { 204: null },
  errors: ['not_found', 'insufficient_role', 'last_owner'],
  async run({ principal, params }) {
    const { teamId, userId: actorId } = principal;
    const targetId = params.user_id;
    const leaving = targetId === actorId;
    await inTeam(teamId, async (db) => {
      const members = await lockMembers(teamId, db);
      if (leaving) assertKeepsOwner(members, { targetId, role: null });
      else assertMayChange({ members, actorId, targetId, role: null });
      await removeMember(teamId, targetId, db);
      await audit(
        teamId,
        { actor: principal, action: leaving ? 'member.left' : 'member.removed', targetId },
        db,
      );
    });
    return noContent();
  },
});
