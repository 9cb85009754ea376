import { useQuery } from '@tanstack/react-query';
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

type Polled = { state: { data: Document | undefined; dataUpdateCount: number } };

/** The query of a document, which asks again while it is in progress. */
export function documentOptions(teamId: string, documentId: string) {
  const path = { team_id: teamId, document_id: documentId };
  return {
    queryKey: ['document', teamId, documentId],
    refetchInterval: ({ state: { data, dataUpdateCount } }: Polled) =>
      data && !isSettled(data) ? pollDelay(dataUpdateCount) : (false as const),
    queryFn: ({ signal }: { signal: AbortSignal }): Promise<Document> =>
      unwrap(api.GET('/v1/teams/{team_id}/documents/{document_id}', { params: { path }, signal })),
  };
}

/** A document; asked for again while it is in progress. */
export function useDocument(documentId: string, isWanted = true) {
  const { team } = useTeam();
  return useQuery({ ...documentOptions(team.id, documentId), enabled: isWanted });
}
