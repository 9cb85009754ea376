import type { BotRow } from '#shared/db/bots.ts';
import {
  type DocumentFilter,
  narrowScope,
  type SearchScope,
  WHOLE_TEAM,
} from '#shared/db/document-filter.ts';

/** The documents that a bot reads for one question: those of its collections, within its filter and the request's. */
export function botScope(
  bot: Pick<BotRow, 'collection_ids' | 'filter'>,
  filter: DocumentFilter | null | undefined,
): SearchScope {
  return narrowScope(narrowScope({ ...WHOLE_TEAM, collectionIds: bot.collection_ids }, bot.filter), filter);
}
