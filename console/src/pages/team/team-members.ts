import { api, type Schemas } from '../../api/client.ts';
import { isAtLeast, type Role } from '../../api/me.ts';
import { after, usePages } from '../../api/pages.ts';
import { unwrap } from '../../api/problem.ts';

export type Member = Schemas['Member'];
export type Invitation = Schemas['Invitation'];

/** The roles from the lowest to the highest. */
export const ROLES: Role[] = ['viewer', 'member', 'admin', 'owner'];

/** The roles that somebody may give: owners any, admins those below their own. */
export function rolesToGive(own: Role): Role[] {
  if (own === 'owner') return ROLES;
  return own === 'admin' ? ROLES.filter((role) => !isAtLeast(role, 'admin')) : [];
}

/** Whether a person may change or remove a member: owners anybody, admins those below admin. */
export function mayManage(own: Role, member: Member): boolean {
  return own === 'owner' || (own === 'admin' && !isAtLeast(member.role, 'admin'));
}

/** The team's members, page by page. */
export function useMembers(teamId: string) {
  const path = { team_id: teamId };
  return usePages(['members', teamId], (cursor) =>
    unwrap(
      api.GET('/v1/teams/{team_id}/members', { params: { path, query: { limit: 100, ...after(cursor) } } }),
    ),
  );
}

/** Invitations that nobody has accepted yet. */
export function useInvitations(teamId: string) {
  const path = { team_id: teamId };
  return usePages(['invitations', teamId], (cursor) =>
    unwrap(
      api.GET('/v1/teams/{team_id}/invitations', {
        params: { path, query: { limit: 50, ...after(cursor) } },
      }),
    ),
  );
}
