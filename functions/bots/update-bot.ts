import { getUsableBot } from '#shared/chat/usable-bot.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as bots from '#shared/db/bots.ts';
import { inTeam } from '#shared/db/scope.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { requireModels, requireReferences } from './require-references.ts';
import { Bot, BotChanges } from './schemas.ts';
import { renderVisible } from './visible-filter.ts';

export const updateBot = defineRoute({
  method: 'PATCH',
  path: '/v1/teams/{team_id}/bots/{bot_id}',
  summary: 'Change a bot',
  tag: 'bots',
  access: { role: 'admin', scope: 'bots:write' },
  body: BotChanges,
  response: { 200: Bot },
  errors: ['not_found', 'insufficient_role', 'unknown_model', 'model_without_price', 'external_model_off'],
  async run({ principal, params, body: { retrieval, ...body } }) {
    const { teamId } = principal;
    const row = await inTeam(teamId, async (db) => {
      const present = await getUsableBot(principal, params.bot_id, db);
      const {
        mode = present.retrieval_mode,
        top_k = present.top_k,
        min_score = present.min_score,
      } = retrieval ?? {};
      const { model = present.model, collection_ids = present.collection_ids } = body;
      const bot = {
        ...present,
        ...body,
        retrieval_mode: mode,
        top_k,
        min_score,
        model,
        collection_ids: [...new Set(collection_ids)],
      };
      await requireReferences(teamId, bot, db);
      await requireModels(principal, body, db);
      const change = { ...body, ...(retrieval && { retrieval_mode: mode, top_k, min_score }) };
      const values = { before: auditLog.pick(present, change), after: auditLog.pick(bot, change) };
      await auditLog.append(
        teamId,
        { actor: principal, action: 'bot.updated', targetId: bot.id, ...values },
        db,
      );
      return await bots.save(teamId, bot, db);
    });
    return ok(await renderVisible(principal, row));
  },
});
