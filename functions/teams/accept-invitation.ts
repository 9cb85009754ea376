import { z } from 'zod';
import { readInvitationToken } from '#shared/auth/invitations.ts';
import { AppError, notFound } from '#shared/core/errors.ts';
import { mayGrant } from '#shared/core/roles.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as invitations from '#shared/db/invitations.ts';
import * as members from '#shared/db/members.ts';
import { inTeam } from '#shared/db/scope.ts';
import * as teams from '#shared/db/teams.ts';
import * as users from '#shared/db/users.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { TeamSummary } from './schemas.ts';

export const acceptInvitation = defineRoute({
  method: 'POST',
  path: '/v1/invitations/accept',
  summary: 'Join a team by invitation',
  tag: 'teams',
  access: 'user',
  body: z.object({ token: z.string().max(200) }),
  response: { 200: TeamSummary },
  errors: ['not_found', 'forbidden', 'already_exists'],
  async run({ principal, body }) {
    const { userId } = principal;
    const invited = readInvitationToken(body.token);
    const user = await users.find(userId);
    if (!invited || !user) throw notFound('invitation');
    const { teamId, tokenHash } = invited;
    if (principal.onlyTeamId && principal.onlyTeamId !== teamId) throw notFound('invitation');
    const joined = await inTeam(teamId, async (db) => {
      const roles = await members.lock(teamId, db);
      const invitation = await invitations.accept(teamId, tokenHash, db);
      const team = await teams.find(teamId, db);
      const inviterRole = roles.get(invitation?.invited_by ?? '');
      // An invitation is worth what its inviter may grant now: his own role may have been taken from him.
      const isGood = invitation && inviterRole && mayGrant(inviterRole, invitation.role);
      if (!isGood || !team) throw notFound('invitation');
      if (invitation.email !== user.email) {
        throw new AppError(
          'forbidden',
          'This invitation is for another e-mail address; sign in with that address.',
        );
      }
      if (roles.has(userId)) throw new AppError('already_exists', 'You are already a member of this team.');
      await members.insert(teamId, { userId, role: invitation.role }, db);
      await auditLog.append(
        teamId,
        { actor: principal, action: 'member.joined', targetId: userId, after: { role: invitation.role } },
        db,
      );
      return { id: team.id, name: team.name, role: invitation.role };
    });
    return ok(joined);
  },
});
