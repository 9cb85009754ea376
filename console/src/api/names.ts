import { queryOptions, useQuery } from '@tanstack/react-query';
import { api } from './client.ts';
import { unwrap } from './problem.ts';
import type { Role } from './roles.ts';

/** The team's members, at most 100, for their names and roles. */
function peopleQuery(teamId: string) {
  const path = { team_id: teamId };
  return queryOptions({
    queryKey: ['member-names', teamId],
    staleTime: 60_000,
    queryFn: () =>
      unwrap(api.GET('/v1/teams/{team_id}/members', { params: { path, query: { limit: 100 } } })),
  });
}

/** Roles of the team's members by id; undefined for those who have left. */
export function useMemberRoles(teamId: string): (userId: string) => Role | undefined {
  const { data } = useQuery(peopleQuery(teamId));
  return (userId) => data?.data.find(({ user_id }) => user_id === userId)?.role;
}

/** Names of the team's members by id, to say who did something; a shortened id for those who have left. */
export function useMemberNames(teamId: string): (userId: string) => string {
  const { data } = useQuery(peopleQuery(teamId));
  const names = new Map(data?.data.map(({ user_id, name, email }) => [user_id, name || email]));
  return (userId) => names.get(userId) ?? `${userId.slice(0, 8)}…`;
}
