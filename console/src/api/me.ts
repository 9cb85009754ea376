import { queryOptions } from '@tanstack/react-query';
import { readPreference, writePreference } from '../preferences.ts';
import { api, type Schemas } from './client.ts';
import { unwrap } from './problem.ts';
import { hasToken, renewToken } from './session.ts';

export type Me = Schemas['Me'];
export type TeamOfMe = Me['teams'][number];

/** The signed-in person and his teams; null when nobody is signed in. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  staleTime: 60_000,
  queryFn: async () => (hasToken() || (await renewToken()) ? await unwrap(api.GET('/v1/me')) : null),
});

/** The team that the console shows: the one chosen last in this browser, else the first. */
export function currentTeam(me: Me): TeamOfMe | null {
  const chosen = readPreference('team');
  return me.teams.find(({ id }) => id === chosen) ?? me.teams[0] ?? null;
}

export function chooseTeam(teamId: string): void {
  writePreference('team', teamId);
}
