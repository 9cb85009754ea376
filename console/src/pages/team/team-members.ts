import { api, type Schemas } from '../../api/client.ts';
import { after, usePages } from '../../api/pages.ts';
import { unwrap } from '../../api/problem.ts';

export type Member = Schemas['Member'];
export type Invitation = Schemas['Invitation'];

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
