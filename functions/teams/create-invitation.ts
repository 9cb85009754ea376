import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { createInvitationToken } from '#shared/auth/invitations.ts';
import { Role } from '#shared/core/roles.ts';
import { audit } from '#shared/db/audit-log.ts';
import { insertInvitation } from '#shared/db/invitations.ts';
import { created, defineRoute } from '#shared/http/route.ts';
import { assertMayGrant } from './member-rules.ts';
import { NewInvitation } from './schemas.ts';

const DAYS = 7;

export const createInvitation = defineRoute({
  method: 'POST',
  path: '/v1/teams/{team_id}/invitations',
  summary: 'Invite someone by e-mail address',
  description: `The token is shown once and works for ${DAYS} days, for a person who signs in with that address.`,
  tag: 'teams',
  access: { role: 'admin', scope: 'none' },
  idempotent: true,
  body: z.object({ email: z.email().max(254), role: Role }),
  response: { 201: NewInvitation },
  errors: ['not_found', 'insufficient_role', 'already_exists'],
  async run({ principal, body }) {
    const { teamId, userId, role: actorRole } = principal;
    assertMayGrant(actorRole, body.role);
    const { token, tokenHash } = createInvitationToken(teamId);
    const invitation = await insertInvitation(teamId, {
      id: uuidv7(),
      email: body.email.toLowerCase(),
      role: body.role,
      invited_by: userId,
      tokenHash,
      days: DAYS,
    });
    await audit(teamId, {
      actor: principal,
      action: 'invitation.created',
      targetId: invitation.id,
      details: { role: body.role },
    });
    return created({ ...invitation, token });
  },
});
