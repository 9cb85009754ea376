import { z } from 'zod';
import * as bots from '#shared/db/bots.ts';
import * as users from '#shared/db/users.ts';
import { defineRoute, Id, ok } from '#shared/http/route.ts';

const MAX_BOTS = 1_000;

const Model = z
  .object({
    id: Id.meta({ description: 'The bot’s id: pass it as `model`' }),
    object: z.literal('model'),
    created: z.int().meta({ description: 'Unix seconds' }),
    owned_by: z.string().meta({ description: 'The team’s id' }),
    name: z.string(),
  })
  .meta({ id: 'Model' });

export const listModels = defineRoute({
  method: 'GET',
  path: '/v1/models',
  summary: 'List the bots that this credential may use, as OpenAI models',
  tag: 'openai',
  access: { scope: 'any' },
  errorFormat: 'openai',
  response: { 200: z.object({ object: z.literal('list'), data: z.array(Model) }) },
  async run({ principal: { teamId, userId, botIds, onlyTeamId } }) {
    const teams = teamId
      ? [teamId]
      : (await users.listTeams(userId, { limit: 100, before: null, only: onlyTeamId })).map(({ id }) => id);
    const found = await Promise.all(
      teams.map(async (team) => {
        const rows = await bots.list(team, { limit: MAX_BOTS, before: null, only: botIds });
        return rows.map(({ id, name, created_at }) => {
          return {
            id,
            object: 'model',
            created: Math.floor(created_at.getTime() / 1_000),
            owned_by: team,
            name,
          };
        });
      }),
    );
    return ok({ object: 'list', data: found.flat() });
  },
});
