import { getRouteApi } from '@tanstack/react-router';
import { isAtLeast, type Me, type Role, type TeamOfMe } from '../api/me.ts';

const shellRoute = getRouteApi('/shell');

/** The signed-in person and the team that the console shows; every page of the shell has both. */
export function useTeam(): { me: Me; team: TeamOfMe; can(role: Role): boolean } {
  const { me, team } = shellRoute.useRouteContext();
  return { me, team, can: (role) => isAtLeast(team.role, role) };
}
