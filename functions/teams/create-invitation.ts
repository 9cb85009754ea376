import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { createInvitationToken } from '#shared/auth/invitations.ts';
import { Role } from '#shared/core/roles.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as invitations from '#shared/db/invitations.ts';
import { inTeam } from '#shared/db/scope.ts';
import { created, defineRoute } from '#shared/http/route.ts';
import { assertMayGrant } from './member-rules.ts';
import { NewInvitation } from './schemas.ts';

const DAYS = 7;

export const createInvitation = defineRoute({
  method: 'POST',
  path: '/v1/teams/{team_id}/invitations',
  summary: 'Invite someone by e-mail address',
  description: `The token is shown once. It is valid for ${DAYS} days, and only for a user who signs in with this address.`,
  tag: 'teams',
  access: { role: 'admin', scope: 'session-only' },
  idempotent: true,
  body: z.object({ email: z.email().max(254), role: Role }),
  response: { 201: NewInvitation },
  errors: ['not_found', 'insufficient_role', 'already_exists'],
  async run({ principal, body }) {
    const { teamId, userId, role: actorRole } = principal;
    assertMayGrant(actorRole, body.role);
    const { token, tokenHash } = createInvitationToken(teamId);
    const id = uuidv7();
    const email = body.email.toLowerCase();
    const invitation = await inTeam(teamId, async (db) => {
      await auditLog.append(
        teamId,
        { actor: principal, action: 'invitation.created', targetId: id, after: { email, role: body.role } },
        db,
      );
      return await invitations.insert(
        teamId,
        { id, email, role: body.role, invited_by: userId, tokenHash, days: DAYS },
        db,
      );
    });
    return created({ ...invitation, token });
  },
});
