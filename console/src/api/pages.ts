import { type QueryKey, useInfiniteQuery } from '@tanstack/react-query';

type PageOf<T> = { data: T[]; next_cursor: string | null };

/** A list of the API that is read page by page. @param fetchPage reads the page behind a cursor; null is the first */
export function usePages<T>(queryKey: QueryKey, fetchPage: (cursor: string | null) => Promise<PageOf<T>>) {
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => fetchPage(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next_cursor }) => next_cursor,
  });
  return {
    data: query.data?.pages.flatMap((page) => page.data),
    error: query.error,
    isPending: query.isPending,
    refetch: query.refetch,
    hasMore: query.hasNextPage,
    isFetchingMore: query.isFetchingNextPage,
    fetchMore: () => void query.fetchNextPage(),
  };
}

/** `cursor` of a query, left out for the first page. */
export function after(cursor: string | null): { cursor?: string } {
  return cursor === null ? {} : { cursor };
}
