import { getUsableBot } from '#shared/chat/usable-bot.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { Bot } from './schemas.ts';
import { renderVisible } from './visible-filter.ts';

export const getBot = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/bots/{bot_id}',
  summary: 'Get a bot',
  tag: 'bots',
  access: { role: 'viewer', scope: 'bots:read' },
  response: { 200: Bot },
  errors: ['not_found'],
  async run({ principal, params }) {
    return ok(await renderVisible(principal, await getUsableBot(principal, params.bot_id)));
  },
});
