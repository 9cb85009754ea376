import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { unwrap } from '../../api/problem.ts';

/** The model that has embedded the team's documents, as requests name it; null until one is ready. */
export function useEmbeddingModel(teamId: string): string | null {
  const path = { team_id: teamId };
  const query = { limit: 1, status: 'ready' } as const;
  const { data } = useQuery({
    queryKey: ['documents', teamId, 'one-ready'],
    queryFn: () => unwrap(api.GET('/v1/teams/{team_id}/documents', { params: { path, query } })),
  });
  // Documents also tell the version and the precision, behind an @.
  return data?.data[0]?.embedding_model?.split('@')[0] ?? null;
}
