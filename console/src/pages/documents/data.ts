import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { api, type Schemas } from '../../api/client.ts';
import { unwrap } from '../../api/problem.ts';
import { collectionsQuery } from '../../api/team-lists.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { useProblemText } from '../../ui/states.tsx';
import { showToast } from '../../ui/toast.tsx';
import { type Document, isSettled, pollDelay } from '../../viewer/use-document.ts';
import { whenAllowed } from './uploads/when-allowed.ts';

export type Collection = Schemas['Collection'];
type Polled = { state: { data: { pages: DocumentPage[] } | undefined; dataUpdateCount: number } };
type DocumentPage = { data: Document[]; next_cursor: string | null };
export type Filter = { q?: string; status?: string; collection?: string };
type Changes = Partial<Pick<Document, 'title' | 'filename' | 'enabled' | 'collection_id'>> & {
  metadata?: Metadata;
};
export type MetadataValue = string | number | boolean | null | (string | number)[];
export type Metadata = Record<string, MetadataValue>;

const PAGE_SIZE = 50;
/** The API deletes so many documents at once. */
const MAX_DELETED = 100;
const PARALLEL = 4;

/** The team's documents by filter, newest first; asked for again while one of them is in progress. */
export function useDocuments({ q, status, collection }: Filter) {
  const { team } = useTeam();
  const path = { team_id: team.id };
  return useInfiniteQuery({
    queryKey: ['documents', team.id, 'list', { q, status, collection }],
    initialPageParam: '',
    placeholderData: (previous) => previous,
    queryFn: ({ pageParam, signal }): Promise<DocumentPage> => {
      const query = {
        limit: PAGE_SIZE,
        ...(q ? { q } : {}),
        ...(status ? { status: status as Document['status'] } : {}),
        ...(collection ? { collection_id: collection } : {}),
        ...(pageParam ? { cursor: pageParam } : {}),
      };
      return unwrap(api.GET('/v1/teams/{team_id}/documents', { params: { path, query }, signal }));
    },
    getNextPageParam: ({ next_cursor }) => next_cursor,
    refetchInterval: ({ state: { data, dataUpdateCount } }: Polled) =>
      data?.pages.some((page) => page.data.some((document) => isMoving(document)))
        ? pollDelay(dataUpdateCount)
        : false,
  });
}

/** A file that has not come after this time is not expected any more. */
const UPLOAD_MS = 10 * 60_000;

/** Whether a document changes by itself soon; one whose file has not come may wait for ever. */
function isMoving(document: Document): boolean {
  const isAwaited = Date.now() - new Date(document.created_at).getTime() < UPLOAD_MS;
  return !isSettled(document) && (document.status !== 'pending_upload' || isAwaited);
}

/** The team's collections, the default one first. */
export function useCollections() {
  const { team } = useTeam();
  return useQuery({ ...collectionsQuery(team.id), staleTime: 30_000, select: inOrder });
}

function inOrder(collections: Collection[]): Collection[] {
  return collections.toSorted(
    (a, b) => Number(b.is_default) - Number(a.is_default) || a.name.localeCompare(b.name),
  );
}

/** Calls in groups of a few. @returns the first problem of those that failed, and how many succeeded */
async function each<T>(things: T[], call: (thing: T) => Promise<unknown>) {
  let done = 0;
  let problem: unknown = null;
  for (let at = 0; at < things.length; at += PARALLEL) {
    const results = await Promise.allSettled(
      things.slice(at, at + PARALLEL).map((thing) => whenAllowed(() => call(thing))),
    );
    for (const result of results) {
      if (result.status === 'fulfilled') done += 1;
      else problem ??= result.reason;
    }
  }
  if (done === 0 && problem !== null) throw problem;
  return { done, problem };
}

/** What can be done to documents; each tells its result by a toast and shows the lists anew. */
export function useDocumentActions() {
  const t = useText();
  const queries = useQueryClient();
  const { team } = useTeam();
  const path = { team_id: team.id };
  const refresh = useCallback(async () => {
    await queries.invalidateQueries({ queryKey: ['documents', team.id] });
    await queries.invalidateQueries({ queryKey: ['document', team.id] });
  }, [queries, team.id]);
  const change = useMutation({
    mutationFn: ({ ids, changes }: { ids: string[]; changes: Changes }) =>
      each(ids, (id) =>
        unwrap(
          api.PATCH('/v1/teams/{team_id}/documents/{document_id}', {
            params: { path: { ...path, document_id: id } },
            body: changes,
          }),
        ),
      ),
    onSuccess: ({ done }, { ids }) =>
      showToast({
        title: done === ids.length ? t.documents.changed(done) : t.documents.partly(done, ids.length),
      }),
    onSettled: refresh,
  });
  const remove = useMutation({
    mutationFn: async (ids: string[]) => {
      let deleted = 0;
      for (let at = 0; at < ids.length; at += MAX_DELETED) {
        const body = { document_ids: ids.slice(at, at + MAX_DELETED) };
        const answer = await unwrap(
          api.POST('/v1/teams/{team_id}/documents/delete', { params: { path }, body }),
        );
        deleted += answer.deleted.length;
      }
      return deleted;
    },
    onSuccess: (deleted, ids) =>
      showToast({
        title:
          deleted === ids.length ? t.documents.removed(deleted) : t.documents.partly(deleted, ids.length),
        ...(deleted < ids.length ? { description: t.common.noRight } : {}),
      }),
    onSettled: refresh,
  });
  const retry = useMutation({
    mutationFn: (ids: string[]) =>
      each(ids, (id) =>
        unwrap(
          api.POST('/v1/teams/{team_id}/documents/{document_id}/retry', {
            params: { path: { ...path, document_id: id } },
          }),
        ),
      ),
    onSuccess: () => showToast({ title: t.documents.retried }),
    onSettled: refresh,
  });
  const error = change.error ?? remove.error ?? retry.error;
  return { change, remove, retry, error, refresh, problemText: useProblemText(error) };
}
