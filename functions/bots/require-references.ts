import type { BotRow } from '#shared/db/bots.ts';
import * as collections from '#shared/db/collections.ts';
import type { Db } from '#shared/db/scope.ts';
import { resolveModel } from '#shared/llm/catalog.ts';

type References = Pick<BotRow, 'model' | 'fallback_model' | 'collection_ids'>;

/** @throws AppError `unknown_model` or `validation_failed` unless the bot's models and collections exist */
export async function requireReferences(teamId: string, bot: References, db: Db): Promise<void> {
  resolveModel(bot.model);
  if (bot.fallback_model !== null) resolveModel(bot.fallback_model);
  await collections.requireAll(teamId, bot.collection_ids, db);
}
