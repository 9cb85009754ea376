import { useQuery } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client.ts';
import { unwrap } from '../../api/problem.ts';

export const MODES = ['lexical', 'vector', 'hybrid'] as const;
export type Mode = (typeof MODES)[number];
export type Hit = Schemas['SearchHit'];

const SHOWN = 10;

export function isMode(value: string | undefined): value is Mode {
  return MODES.some((mode) => mode === value);
}

type Asked = { query: string; collection: string | undefined; mode: Mode };

/** Searches in one way. */
export function useSearch(teamId: string, { query, collection, mode }: Asked) {
  const path = { team_id: teamId };
  return useQuery({
    queryKey: ['search', teamId, query, collection ?? '', mode],
    // Times are those of this moment: what was found before is asked for again.
    staleTime: 0,
    queryFn: ({ signal }) =>
      unwrap(
        api.POST('/v1/teams/{team_id}/search', {
          params: { path },
          signal,
          body: { query, mode, top_k: SHOWN, ...(collection ? { collection_ids: [collection] } : {}) },
        }),
      ),
  });
}

export type SearchQuery = ReturnType<typeof useSearch>;

/** The place of a passage in a list, from 1; null when it is not there. */
export function placeOf(hits: Hit[] | undefined, chunkId: string): number | null {
  const at = hits?.findIndex((hit) => hit.chunk_id === chunkId) ?? -1;
  return at < 0 ? null : at + 1;
}
