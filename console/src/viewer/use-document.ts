import { type Query, useQuery } from '@tanstack/react-query';
import { api, type Schemas } from '../api/client.ts';
import { unwrap } from '../api/problem.ts';
import { useTeam } from '../shell/team.ts';

export type Document = Schemas['Document'];

/** States in which nothing changes by itself. */
export function isSettled({ status }: Document): boolean {
  return status === 'ready' || status === 'failed';
}

const POLL_MS = 1_000;
const MAX_POLL_MS = 10_000;

/** How long to wait before asking again for a document in progress: longer the longer it takes. */
export function pollDelay(updates: number): number {
  return Math.min(POLL_MS * 1.3 ** updates, MAX_POLL_MS);
}

/** A document; asked for again while it is in progress. */
export function useDocument(documentId: string, isWanted = true) {
  const { team } = useTeam();
  const path = { team_id: team.id, document_id: documentId };
  return useQuery({
    queryKey: ['documents', team.id, documentId],
    enabled: isWanted,
    refetchInterval: ({ state: { data, dataUpdateCount } }: Query<Document>) =>
      data && !isSettled(data) ? pollDelay(dataUpdateCount) : false,
    queryFn: ({ signal }) =>
      unwrap(api.GET('/v1/teams/{team_id}/documents/{document_id}', { params: { path }, signal })),
  });
}
