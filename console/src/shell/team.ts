import { getRouteApi } from '@tanstack/react-router';
import type { Me, TeamOfMe } from '../api/me.ts';
import { isAtLeast, type Role } from '../api/roles.ts';

const shellRoute = getRouteApi('/shell');

/** The signed-in person and the team that the console shows; every page of the shell has both. */
export function useTeam(): { me: Me; team: TeamOfMe; can(role: Role): boolean } {
  const { me, team } = shellRoute.useRouteContext();
  return { me, team, can: (role) => isAtLeast(team.role, role) };
}
