import { notFound } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as invitations from '#shared/db/invitations.ts';
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
    const entry = { actor: principal, action: 'invitation.deleted', targetId: params.invitation_id };
    await auditLog.recorded(teamId, entry, async (db) => {
      if (!(await invitations.remove(teamId, params.invitation_id, db))) throw notFound('invitation');
    });
    return noContent();
  },
});
