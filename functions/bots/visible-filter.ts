import { atLeast } from '#shared/core/roles.ts';
import type { BotRow } from '#shared/db/bots.ts';
import * as collections from '#shared/db/collections.ts';
import * as documents from '#shared/db/documents.ts';
import type { TeamPrincipal } from '#shared/http/route.ts';
import { renderBot } from './schemas.ts';

/**
 * Bots as their reader may see them: their filters name no collection and no document that he does not see. Whoever sees
 * everything gets them as they are.
 */
export async function withVisibleFilters(principal: TeamPrincipal, bots: BotRow[]): Promise<BotRow[]> {
  const filters = bots.flatMap(({ filter }) => filter ?? []);
  const documentIds = filters.flatMap(({ document_ids }) => document_ids ?? []);
  const namesAny = documentIds.length > 0 || filters.some(({ collection_ids }) => collection_ids);
  if (!namesAny || (principal.kind === 'user' && atLeast(principal.role, 'admin'))) return bots;
  const [seen, found] = await Promise.all([
    collections.listIds(principal.teamId),
    documents.listByIds(principal.teamId, documentIds),
  ]);
  const seenDocuments = found.map(({ id }) => id);
  return bots.map((bot) => {
    const { collection_ids, document_ids, ...rest } = bot.filter ?? {};
    const filter = bot.filter && {
      ...rest,
      ...(collection_ids && { collection_ids: collection_ids.filter((id) => seen.includes(id)) }),
      ...(document_ids && { document_ids: document_ids.filter((id) => seenDocuments.includes(id)) }),
    };
    return { ...bot, filter };
  });
}

/** One bot in the API's representation, as its reader may see it. */
export async function renderVisible(principal: TeamPrincipal, bot: BotRow) {
  const [visible = bot] = await withVisibleFilters(principal, [bot]);
  return renderBot(visible);
}
