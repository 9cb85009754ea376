import { z } from 'zod';
import { readInvitationToken } from '#shared/auth/invitations.ts';
import { AppError, notFound } from '#shared/core/errors.ts';
import { audit } from '#shared/db/audit-log.ts';
import { acceptInvitation as takeInvitation } from '#shared/db/invitations.ts';
import { inTeam } from '#shared/db/scope.ts';
import { findTeam, insertMember, lockMembers } from '#shared/db/teams.ts';
import { findUser } from '#shared/db/users.ts';
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
    const user = await findUser(userId);
    if (!invited || !user) throw notFound('invitation');
    const { teamId, tokenHash } = invited;
    const joined = await inTeam(teamId, async (db) => {
      const members = await lockMembers(teamId, db);
      const invitation = await takeInvitation(teamId, tokenHash, db);
      const team = await findTeam(teamId, db);
      if (!invitation || !team) throw notFound('invitation');
      if (invitation.email !== user.email) {
        throw new AppError(
          'forbidden',
          'This invitation is for another e-mail address; sign in with that one.',
        );
      }
      if (members.has(userId)) throw new AppError('already_exists', 'You are a member of this team already.');
      await insertMember(teamId, { userId, role: invitation.role }, db);
      await audit(
        teamId,
        { actor: principal, action: 'member.joined', targetId: userId, details: { role: invitation.role } },
        db,
      );
      return { id: team.id, name: team.name, role: invitation.role };
    });
    return ok(joined);
  },
});
