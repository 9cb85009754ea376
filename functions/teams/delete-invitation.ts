import { notFound } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as invitations from '#shared/db/invitations.ts';
import { inTeam } from '#shared/db/scope.ts';
import { defineRoute, noContent } from '#shared/http/route.ts';

export const deleteInvitation = defineRoute({
  method: 'DELETE',
  path: '/v1/teams/{team_id}/invitations/{invitation_id}',
  summary: 'Withdraw an invitation',
  tag: 'teams',
  access: { role: 'admin', scope: 'session-only' },
  response: { 204: null },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal, params }) {
    const { teamId } = principal;
    const targetId = params.invitation_id;
    await inTeam(teamId, async (db) => {
      const removed = await invitations.remove(teamId, targetId, db);
      if (!removed) throw notFound('invitation');
      const before = { email: removed.email, role: removed.role };
      await auditLog.append(teamId, { actor: principal, action: 'invitation.deleted', targetId, before }, db);
    });
    return noContent();
  },
});
