import { v7 as uuidv7 } from 'uuid';
import { notFound } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as bots from '#shared/db/bots.ts';
import * as collections from '#shared/db/collections.ts';
import { inTeam } from '#shared/db/scope.ts';
import * as teams from '#shared/db/teams.ts';
import { created, defineRoute } from '#shared/http/route.ts';
import { defaultModel } from '#shared/llm/catalog.ts';
import { requireModels, requireReferences } from './require-references.ts';
import { Bot, BotInput, renderBot, retrievalColumns } from './schemas.ts';

export const createBot = defineRoute({
  method: 'POST',
  path: '/v1/teams/{team_id}/bots',
  summary: 'Create a bot',
  tag: 'bots',
  access: { role: 'admin', scope: 'bots:write' },
  idempotent: true,
  body: BotInput,
  response: { 201: Bot },
  errors: [
    'not_found',
    'insufficient_role',
    'insufficient_scope',
    'unknown_model',
    'model_without_price',
    'external_model_off',
  ],
  async run({ principal, body: { retrieval, collection_ids, model, ...body } }) {
    const { teamId } = principal;
    const row = await inTeam(teamId, async (db) => {
      const team = await teams.find(teamId, db);
      if (!team) throw notFound('team');
      const fallback = collection_ids ? null : await collections.findDefault(teamId, db);
      const bot = {
        ...body,
        ...retrievalColumns(retrieval),
        id: uuidv7(),
        model: model ?? defaultModel(team),
        collection_ids: [...new Set(collection_ids ?? (fallback ? [fallback.id] : []))],
      };
      await requireReferences(teamId, bot, db);
      await requireModels(principal, bot, db);
      const after = { name: bot.name, model: bot.model, collection_ids: bot.collection_ids };
      await auditLog.append(teamId, { actor: principal, action: 'bot.created', targetId: bot.id, after }, db);
      return await bots.save(teamId, bot, db);
    });
    return created(renderBot(row));
  },
});
