import type { Principal } from '#shared/auth/principal.ts';
import { notFound } from '#shared/core/errors.ts';
import type { BotRow } from '#shared/db/bots.ts';
import * as bots from '#shared/db/bots.ts';
import type { Db } from '#shared/db/scope.ts';

/**
 * A bot that this principal may use: a key may be limited to some.
 * @throws AppError `not_found` for any other, existing or not
 */
export async function getUsableBot(
  principal: Principal & { teamId: string },
  botId: string,
  db?: Db,
): Promise<BotRow> {
  const allowed = principal.botIds === null || principal.botIds.includes(botId);
  const bot = allowed ? await bots.find(principal.teamId, botId, db) : null;
  if (!bot) throw notFound('bot');
  return bot;
}
