import * as companyRules from '#shared/db/company-rules.ts';
import * as conversations from '#shared/db/conversations.ts';
import * as members from '#shared/db/members.ts';
import { inTeam } from '#shared/db/scope.ts';
import { defineRoute, noContent } from '#shared/http/route.ts';
import { endMembership } from './end-membership.ts';
import { assertKeepsOwner, assertMayChange } from './member-rules.ts';

export const deleteMember = defineRoute({
  method: 'DELETE',
  path: '/v1/teams/{team_id}/members/{user_id}',
  summary: 'Remove a member, or leave the team',
  description:
    'Their API keys are revoked, their conversations in the team and the open invitations that they sent are deleted, for good: a later invitation brings none of them back. Documents stay. On legal hold the conversations stay too, until its end.',
  tag: 'teams',
  access: { role: 'viewer', scope: 'session-only' },
  response: { 204: null },
  errors: ['not_found', 'insufficient_role', 'last_owner'],
  async run({ principal, params }) {
    const { teamId, userId: actorId } = principal;
    const targetId = params.user_id;
    const leaving = targetId === actorId;
    await inTeam(teamId, async (db) => {
      const roles = await members.lock(teamId, db);
      if (leaving) assertKeepsOwner(roles, { targetId, role: null });
      else assertMayChange({ members: roles, actorId, targetId, role: null });
      const role = roles.get(targetId);
      await endMembership(teamId, { actor: principal, userId: targetId, role }, db);
      // The end of a legal hold deletes them.
      const { active: isHeld } = await companyRules.findLegalHold(teamId, db);
      if (!isHeld) await conversations.removeOf(teamId, targetId, db);
    });
    return noContent();
  },
});
