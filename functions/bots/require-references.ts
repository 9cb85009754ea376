import type { Principal } from '#shared/auth/principal.ts';
import { hasBudget } from '#shared/chat/budget.ts';
import { notFound } from '#shared/core/errors.ts';
import type { BotRow } from '#shared/db/bots.ts';
import * as collections from '#shared/db/collections.ts';
import type { Db } from '#shared/db/scope.ts';
import * as teams from '#shared/db/teams.ts';
import { requireAllowed, requirePrices, resolveModel } from '#shared/llm/catalog.ts';

type References = Pick<BotRow, 'model' | 'fallback_model' | 'collection_ids'>;

/** @throws AppError `unknown_model` or `validation_failed` unless the bot's models and collections exist */
export async function requireReferences(teamId: string, bot: References, db: Db): Promise<void> {
  resolveModel(bot.model);
  if (bot.fallback_model !== null) resolveModel(bot.fallback_model);
  await collections.requireAll(teamId, bot.collection_ids, db);
}

type Chosen = { model?: string | undefined; fallback_model?: string | null | undefined };

/**
 * @throws AppError `external_model_off` for a chosen model that the team may not use, or `model_without_price` when a
 *   budget holds and its price is not known
 */
export async function requireModels(
  principal: Principal & { teamId: string },
  { model, fallback_model: fallback }: Chosen,
  db: Db,
): Promise<void> {
  const chosen = [model, fallback].filter((name) => typeof name === 'string');
  if (chosen.length === 0) return;
  const team = await teams.find(principal.teamId, db);
  if (!team) throw notFound('team');
  for (const each of chosen) requireAllowed(each, team);
  if (hasBudget(team, principal)) requirePrices(chosen);
}
