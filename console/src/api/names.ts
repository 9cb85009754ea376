import { useQuery } from '@tanstack/react-query';
import { api } from './client.ts';
import { unwrap } from './problem.ts';

/** Names of the team's members by id, to say who did something; a shortened id for those who have left. */
export function useMemberNames(teamId: string): (userId: string) => string {
  const path = { team_id: teamId };
  const { data } = useQuery({
    queryKey: ['member-names', teamId],
    staleTime: 60_000,
    queryFn: () =>
      unwrap(api.GET('/v1/teams/{team_id}/members', { params: { path, query: { limit: 100 } } })),
  });
  const names = new Map(data?.data.map(({ user_id, name, email }) => [user_id, name || email]));
  return (userId) => names.get(userId) ?? `${userId.slice(0, 8)}…`;
}
