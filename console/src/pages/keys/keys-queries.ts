import { api, type Schemas } from '../../api/client.ts';
import { after, usePages } from '../../api/pages.ts';
import { unwrap } from '../../api/problem.ts';

export type ApiKey = Schemas['ApiKey'];
export type Scope = ApiKey['scopes'][number];

/** The team's keys, newest first. */
export function useKeys(teamId: string) {
  const path = { team_id: teamId };
  return usePages(['keys', teamId], (cursor) =>
    unwrap(
      api.GET('/v1/teams/{team_id}/api-keys', { params: { path, query: { limit: 50, ...after(cursor) } } }),
    ),
  );
}
