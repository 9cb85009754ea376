import { z } from 'zod';
import { endMembership } from '#functions/teams/end-membership.ts';
import { clearCookie, REFRESH_COOKIE } from '#shared/auth/sign-in.ts';
import { AppError, notFound } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as companyRules from '#shared/db/company-rules.ts';
import * as erasures from '#shared/db/erasures.ts';
import * as members from '#shared/db/members.ts';
import { asUser, type Db, enterTeam } from '#shared/db/scope.ts';
import * as transfers from '#shared/db/transfers.ts';
import type { UserTeam } from '#shared/db/users.ts';
import * as users from '#shared/db/users.ts';
import { accepted, defineRoute } from '#shared/http/route.ts';

export const deleteMe = defineRoute({
  method: 'DELETE',
  path: '/v1/me',
  summary: 'Delete my account',
  description:
    'Ends all sessions, revokes the API keys, leaves all teams, and erases name and e-mail address at once. Conversations and the person’s details in audit logs follow within minutes. Documents stay with their teams. Refused while a team has no other owner: make somebody an owner or delete the team first; refused too while one of the teams is on legal hold, and for a session from a team’s own issuer while the person is in other teams.',
  tag: 'auth',
  access: 'user',
  response: { 202: z.object({ status: z.literal('deleting') }) },
  errors: ['sole_owner', 'forbidden', 'legal_hold'],
  async run({ principal: { userId, onlyTeamId } }) {
    const teams = await users.listTeams(userId, { limit: 1_000, before: null });
    if (onlyTeamId && teams.some(({ id }) => id !== onlyTeamId)) throw outOfReach();
    await asUser(userId, async (db) => {
      const user = await users.find(userId, db);
      if (!user) throw notFound('user');
      // In one order for everybody, so that two people who leave the same teams do not wait for each other.
      const inOrder = teams.toSorted((a, b) => (a.id < b.id ? -1 : 1));
      const held = await companyRules.listHeld(userId, db);
      if (held.length > 0) throw onHold(held);
      const alone: UserTeam[] = [];
      for (const team of inOrder) if (!(await leave(team.id, userId, db))) alone.push(team);
      if (alone.length > 0) throw soleOwner(alone);
      await auditLog.append(
        null,
        { actor: { userId, keyId: null }, action: 'user.deleted', targetId: userId },
        db,
      );
      await erasures.insert(userId, user.email, db);
      await transfers.expireOf(userId, db);
      await users.erase(userId, db);
    });
    return { ...accepted({ status: 'deleting' }), cookies: [clearCookie(REFRESH_COOKIE)] };
  },
});

/** Takes the person out of a team. @returns false when it has no other owner */
async function leave(teamId: string, userId: string, db: Db): Promise<boolean> {
  await enterTeam(teamId, db);
  const roles = await members.lock(teamId, db);
  const role = roles.get(userId);
  const owners = [...roles.values()].filter((each) => each === 'owner').length;
  if (role === 'owner' && owners === 1) return false;
  await endMembership(teamId, { actor: { userId, keyId: null }, userId, role }, db);
  return true;
}

function outOfReach(): AppError {
  return new AppError(
    'forbidden',
    'You are signed in with your team’s issuer, which reaches that team only, and you are in other teams too. Leave them first, or sign in another way.',
  );
}

function soleOwner(teams: UserTeam[]): AppError {
  const names = teams.map(({ name }) => `“${name}”`).join(', ');
  return new AppError(
    'sole_owner',
    `You are the only owner of ${names}; make somebody else an owner, or delete the team first.`,
    { fields: teams.map(({ id }) => ({ path: 'teams', message: `you are the only owner of ${id}` })) },
  );
}

function onHold(teams: string[]): AppError {
  const names = teams.map((name) => `“${name}”`).join(', ');
  return new AppError(
    'legal_hold',
    `${names}: on legal hold, so what you wrote there must not be deleted. Ask an owner when the hold ends; until then leave the team, or sign out.`,
  );
}
