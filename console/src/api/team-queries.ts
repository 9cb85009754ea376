import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';
import { unwrap } from './problem.ts';

/** The team's settings: budget, time zone, whether questions may be read. */
export function teamQuery(teamId: string) {
  return queryOptions({
    queryKey: ['team', teamId],
    queryFn: () => unwrap(api.GET('/v1/teams/{team_id}', { params: { path: { team_id: teamId } } })),
  });
}
