import { useQuery } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client.ts';
import { after, usePages } from '../../api/pages.ts';
import { unwrap } from '../../api/problem.ts';
import type { Range } from '../../ui/day-range.tsx';

export type InsightDay = Schemas['InsightDay'];
export type Question = Schemas['Question'];

/** Which questions the list shows. */
export type Shown = 'no_context' | 'unverified' | 'down' | 'all';

export function isShown(value: string | undefined): value is Shown {
  return value === 'no_context' || value === 'unverified' || value === 'down' || value === 'all';
}

export type Asked = { range: Range; botId: string | undefined };

/** Counts of each day by outcome and rating. */
export function useInsights(teamId: string, { range, botId }: Asked) {
  const path = { team_id: teamId };
  const query = { ...range, ...(botId ? { bot_id: botId } : {}) };
  return useQuery({
    queryKey: ['insights', teamId, query],
    placeholderData: (previous) => previous,
    queryFn: async () =>
      (await unwrap(api.GET('/v1/teams/{team_id}/insights', { params: { path, query } }))).data,
  });
}

type Wanted = Asked & { shown: Shown; text: string | undefined };

/** The parameters of the list of questions, for reading it and for its CSV. */
export function questionQuery({ range, botId, shown, text }: Wanted) {
  return {
    ...range,
    ...(botId ? { bot_id: botId } : {}),
    ...(text ? { q: text } : {}),
    ...(shown === 'down' ? { rating: 'down' as const } : {}),
    ...(shown === 'no_context' || shown === 'unverified' ? { outcome: shown } : {}),
  };
}

/** Questions that fit, newest first. */
export function useQuestions(teamId: string, wanted: Wanted) {
  const path = { team_id: teamId };
  const filter = questionQuery(wanted);
  return usePages<Question>(['questions', teamId, filter], async (cursor) => {
    const query = { limit: 25, ...filter, ...after(cursor) };
    const page = await unwrap(api.GET('/v1/teams/{team_id}/questions', { params: { path, query } }));
    return typeof page === 'string' ? { data: [], next_cursor: null } : page;
  });
}
