import type { Principal } from '#shared/auth/principal.ts';
import { notFound } from '#shared/core/errors.ts';
import type { BotRow } from '#shared/db/bots.ts';
import * as bots from '#shared/db/bots.ts';
import type { Db } from '#shared/db/scope.ts';
import type { TeamRow } from '#shared/db/teams.ts';
import * as teams from '#shared/db/teams.ts';
import { isAllowed, requireAllowed } from '#shared/llm/catalog.ts';

type TeamPrincipal = Principal & { teamId: string };

/**
 * A bot that this principal may use: an API key may be limited to some of the team's bots, and to collections of which
 * the bot must read one.
 * @throws AppError `not_found` for any other bot, whether it exists or not
 */
export async function getUsableBot(principal: TeamPrincipal, botId: string, db?: Db): Promise<BotRow> {
  const allowed = principal.botIds === null || principal.botIds.includes(botId);
  const bot = allowed ? await bots.find(principal.teamId, botId, db) : null;
  if (!bot || !readsAnything(principal, bot)) throw notFound('bot');
  return bot;
}

/** Whether something is left of the bot's collections and those that an API key is limited to. */
function readsAnything({ collectionIds }: Principal, bot: BotRow): boolean {
  return collectionIds === null || bot.collection_ids.length > 0;
}

/**
 * The same bot with its team, read at the same time. A fallback model that the team may not use is left out.
 * @throws AppError `not_found`, or `external_model_off` where the team may not use the bot's model
 */
export async function getBotAndTeam(
  principal: TeamPrincipal,
  botId: string,
): Promise<{ bot: BotRow; team: TeamRow }> {
  const [bot, team] = await Promise.all([getUsableBot(principal, botId), teams.find(principal.teamId)]);
  if (!team) throw notFound('team');
  requireAllowed(bot.model, team);
  const mayFallBack = bot.fallback_model !== null && isAllowed(bot.fallback_model, team);
  return { bot: mayFallBack ? bot : { ...bot, fallback_model: null }, team };
}
