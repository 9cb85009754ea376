import { botScope } from '#shared/chat/bot-scope.ts';
import * as bots from '#shared/db/bots.ts';
import * as chunks from '#shared/db/chunks.ts';
import {
  type DocumentFilter,
  narrowScope,
  type SearchScope,
  WHOLE_TEAM,
} from '#shared/db/document-filter.ts';
import type { TeamPrincipal } from '#shared/http/route.ts';

type Asked = { collection_ids?: string[] | undefined; filter?: DocumentFilter | undefined };

/** The documents in which a caller searches: of a key that is limited to bots those that these bots read. */
export async function searchScope(principal: TeamPrincipal, asked: Asked): Promise<SearchScope> {
  const { botIds, teamId } = principal;
  const readable = botIds ? await botsScope(teamId, botIds) : WHOLE_TEAM;
  const within = narrowScope(readable, asked.collection_ids && { collection_ids: asked.collection_ids });
  return narrowScope(within, asked.filter);
}

/** What several bots read together. Filters of theirs are resolved to documents: a scope has only one filter. */
async function botsScope(teamId: string, botIds: readonly string[]): Promise<SearchScope> {
  const found = await bots.list(teamId, {
    limit: botIds.length,
    before: null,
    only: botIds,
    readingOnly: true,
  });
  const [first] = found;
  if (first && found.length === 1) return botScope(first, null);
  if (found.every(({ filter }) => filter === null))
    return { ...WHOLE_TEAM, collectionIds: [...new Set(found.flatMap((bot) => bot.collection_ids))] };
  const documents = await Promise.all(
    found.map((bot) => chunks.listFindableDocuments(teamId, botScope(bot, null))),
  );
  return { ...WHOLE_TEAM, documentIds: [...new Set(documents.flat())] };
}
