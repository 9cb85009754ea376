import { useQuery } from '@tanstack/react-query';
import { api, type Schemas } from '../api/client.ts';
import { unwrap } from '../api/problem.ts';
import { useTeam } from '../shell/team.ts';

export type Passage = Schemas['Chunk'];

const PAGE_SIZE = 100;

/** All passages of a document, in its order. */
export function usePassages(documentId: string, isWanted = true) {
  const { team } = useTeam();
  const path = { team_id: team.id, document_id: documentId };
  return useQuery({
    queryKey: ['chunks', team.id, documentId],
    enabled: isWanted,
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const passages: Passage[] = [];
      let cursor: string | null = null;
      do {
        const query: { limit: number; cursor?: string } = {
          limit: PAGE_SIZE,
          ...(cursor ? { cursor } : {}),
        };
        const page = await unwrap(
          api.GET('/v1/teams/{team_id}/documents/{document_id}/chunks', { params: { path, query }, signal }),
        );
        passages.push(...page.data);
        cursor = page.next_cursor;
      } while (cursor);
      return passages;
    },
  });
}
