import { getUsableBot } from '#shared/chat/usable-bot.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as bots from '#shared/db/bots.ts';
import { inTeam } from '#shared/db/scope.ts';
import { defineRoute, noContent } from '#shared/http/route.ts';

export const deleteBot = defineRoute({
  method: 'DELETE',
  path: '/v1/teams/{team_id}/bots/{bot_id}',
  summary: 'Delete a bot with its conversations',
  tag: 'bots',
  access: { role: 'admin', scope: 'bots:write' },
  response: { 204: null },
  errors: ['not_found', 'insufficient_role', 'legal_hold'],
  async run({ principal, params }) {
    const { teamId } = principal;
    await inTeam(teamId, async (db) => {
      const bot = await getUsableBot(principal, params.bot_id, db);
      const before = { name: bot.name };
      await auditLog.append(
        teamId,
        { actor: principal, action: 'bot.deleted', targetId: bot.id, before },
        db,
      );
      await bots.remove(teamId, bot.id, db);
    });
    return noContent();
  },
});
