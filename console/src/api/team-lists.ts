import { queryOptions } from '@tanstack/react-query';
import { api, type Schemas } from './client.ts';
import { unwrap } from './problem.ts';

export type Bot = Schemas['Bot'];
export type LlmModel = Schemas['LlmModel'];

/** The most that a list of the API gives at once. */
const limit = 100;

/** The team's bots, at most 100. */
export function botsQuery(teamId: string) {
  const path = { team_id: teamId };
  return queryOptions({
    queryKey: ['bots', teamId, 'all'],
    queryFn: async () =>
      (await unwrap(api.GET('/v1/teams/{team_id}/bots', { params: { path, query: { limit } } }))).data,
  });
}

/** One bot with its settings. */
export function botQuery(teamId: string, botId: string) {
  const path = { team_id: teamId, bot_id: botId };
  return queryOptions({
    queryKey: ['bots', teamId, 'one', botId],
    queryFn: () => unwrap(api.GET('/v1/teams/{team_id}/bots/{bot_id}', { params: { path } })),
  });
}

/** The team's collections, at most 100. */
export function collectionsQuery(teamId: string) {
  const path = { team_id: teamId };
  return queryOptions({
    queryKey: ['collections', teamId, 'all'],
    queryFn: async () =>
      (await unwrap(api.GET('/v1/teams/{team_id}/collections', { params: { path, query: { limit } } }))).data,
  });
}

/** The language models that a bot may use. */
export function modelsQuery(teamId: string) {
  const path = { team_id: teamId };
  return queryOptions({
    queryKey: ['llm-models', teamId],
    staleTime: 300_000,
    queryFn: async () => (await unwrap(api.GET('/v1/teams/{team_id}/llm-models', { params: { path } }))).data,
  });
}
