import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { unwrap } from '../../api/problem.ts';
import { isAtLeast } from '../../api/roles.ts';
import { useTeam } from '../../shell/team.ts';

const limit = 100;

/** Shows the lists anew after a collection was changed. */
export function useRefreshCollections() {
  const queries = useQueryClient();
  const { team } = useTeam();
  return async () => {
    await queries.invalidateQueries({ queryKey: ['collections', team.id] });
    await queries.invalidateQueries({ queryKey: ['collection-members', team.id] });
    await queries.invalidateQueries({ queryKey: ['documents', team.id] });
  };
}

/** The people who do not see a restricted collection unless they are its members, at most 100. */
export function usePeopleBelowAdmin() {
  const { team, can } = useTeam();
  const path = { team_id: team.id };
  return useQuery({
    queryKey: ['members', team.id, 'below-admin'],
    enabled: can('admin'),
    queryFn: async () => {
      const { data } = await unwrap(
        api.GET('/v1/teams/{team_id}/members', { params: { path, query: { limit } } }),
      );
      return data
        .filter(({ role }) => !isAtLeast(role, 'admin'))
        .map(({ user_id, name, email }) => ({ id: user_id, name: name ? `${name} (${email})` : email }));
    },
  });
}

/** The ids of a collection's members, at most 100. */
export function useCollectionMembers(collectionId: string | undefined) {
  const { team, can } = useTeam();
  return useQuery({
    queryKey: ['collection-members', team.id, collectionId],
    enabled: can('admin') && collectionId !== undefined,
    queryFn: async () => {
      const path = { team_id: team.id, collection_id: collectionId ?? '' };
      const { data } = await unwrap(
        api.GET('/v1/teams/{team_id}/collections/{collection_id}/members', {
          params: { path, query: { limit } },
        }),
      );
      return data.map(({ user_id }) => user_id);
    },
  });
}

type Members = { teamId: string; collectionId: string; before: string[]; chosen: string[] };

/** Adds and removes members until they are those that were chosen. */
export async function saveMembers({ teamId, collectionId, before, chosen }: Members): Promise<void> {
  const pathOf = (userId: string) => ({
    params: { path: { team_id: teamId, collection_id: collectionId, user_id: userId } },
  });
  const path = '/v1/teams/{team_id}/collections/{collection_id}/members/{user_id}';
  for (const id of chosen.filter((each) => !before.includes(each))) await unwrap(api.PUT(path, pathOf(id)));
  for (const id of before.filter((each) => !chosen.includes(each)))
    await unwrap(api.DELETE(path, pathOf(id)));
}
