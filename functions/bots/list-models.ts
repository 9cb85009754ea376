import { z } from 'zod';
import { isWithin } from '#shared/auth/allowed-address.ts';
import type { Principal } from '#shared/auth/principal.ts';
import * as bots from '#shared/db/bots.ts';
import * as companyRules from '#shared/db/company-rules.ts';
import { asUser } from '#shared/db/scope.ts';
import * as users from '#shared/db/users.ts';
import { defineRoute, Id, ok } from '#shared/http/route.ts';

const PAGE = { limit: 1_000, before: null };

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
  async run({ principal, request }) {
    const { teamId, userId, botIds, collectionIds, onlyTeamId } = principal;
    if (!mayUseBots(principal)) return ok({ object: 'list', data: [] });
    const teams = teamId ? [teamId] : await teamsOf(userId, { only: onlyTeamId, ip: request.ip });
    const found = await Promise.all(
      teams.map(async (team) => {
        const rows = await bots.list(team, { ...PAGE, only: botIds, readingOnly: collectionIds !== null });
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

type Reach = { only: string | null | undefined; ip: string };

/** The teams of a person that may be reached from this address. */
async function teamsOf(userId: string, { only, ip }: Reach): Promise<string[]> {
  const teams = await users.listTeams(userId, { limit: 100, before: null, only });
  const restricted = await asUser(userId, (db) => companyRules.listRestricted(userId, db));
  const closed = restricted.filter(({ networks }) => !isWithin(ip, networks)).map(({ id }) => id);
  return teams.map(({ id }) => id).filter((id) => !closed.includes(id));
}

/** Whether the credential has any use for a bot: a key for embeddings alone learns of none. */
function mayUseBots({ scopes }: Principal): boolean {
  return scopes === null || scopes.has('chat') || scopes.has('bots:read');
}
