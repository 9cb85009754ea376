import { getRouteApi } from '@tanstack/react-router';

/** The page's own route: bot and conversation in the path, the rest in the search parameters. */
export const chatRoute = getRouteApi('/shell/chat/{-$botId}/{-$conversationId}');

type Search = ReturnType<typeof chatRoute.useSearch>;

/** The search parameters with some changed; what becomes undefined or empty leaves the address. */
export function changed(search: Search, changes: { [K in keyof Search]: string | undefined }): Search {
  return Object.fromEntries(Object.entries({ ...search, ...changes }).filter(([, value]) => value));
}
