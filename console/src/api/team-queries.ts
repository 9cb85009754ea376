import type { Team } from '@rag-platform/openapi-types';
import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';
import { unwrap } from './problem.ts';

/** The team's settings: budget, time zone, whether questions may be read. */
export function teamQuery(teamId: string) {
  return queryOptions({
    queryKey: ['team', teamId],
    queryFn: async () => {
      const params = { path: { team_id: teamId } };
      // An API key would get less; the console has a session.
      return (await unwrap(api.GET('/v1/teams/{team_id}', { params }))) as Team;
    },
  });
}
