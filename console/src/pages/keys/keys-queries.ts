import { api, type Schemas } from '../../api/client.ts';
import { useMemberRoles } from '../../api/names.ts';
import { after, usePages } from '../../api/pages.ts';
import { unwrap } from '../../api/problem.ts';
import { isAtLeast } from '../../api/roles.ts';
import { useTeam } from '../../shell/team.ts';

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

/** Whether the key of somebody is one's own to change: not that of a person above. */
export function useKeysInReach(): (creatorId: string) => boolean {
  const { team } = useTeam();
  const roleOf = useMemberRoles(team.id);
  return (creatorId) => isAtLeast(team.role, roleOf(creatorId) ?? 'viewer');
}
