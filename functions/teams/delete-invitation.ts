import { notFound } from '#shared/core/errors.ts';
import { audit } from '#shared/db/audit-log.ts';
import { deleteInvitation as removeInvitation } from '#shared/db/invitations.ts';
import { defineRoute, noContent } from '#shared/http/route.ts';

export const deleteInvitation = defineRoute({
  method: 'DELETE',
  path: '/v1/teams/{team_id}/invitations/{invitation_id}',
  summary: 'Withdraw an invitation',
  tag: 'teams',
  access: { role: 'admin', scope: 'none' },
  response: { 204: null },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal, params }) {
    if (!(await removeInvitation(principal.teamId, params.invitation_id))) throw notFound('invitation');
    await audit(principal.teamId, {
      actor: principal,
      action: 'invitation.deleted',
      targetId: params.invitation_id,
    });
    return noContent();
  },
});
