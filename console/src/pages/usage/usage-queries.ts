import { useQuery } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client.ts';
import type { Day } from '../../api/days.ts';
import { unwrap } from '../../api/problem.ts';

export type UsageSum = Schemas['UsageSum'];

const GROUPS = ['day', 'bot', 'key', 'model', 'user'] as const;
export type Group = (typeof GROUPS)[number];

export function isGroup(value: string | undefined): value is Group {
  return GROUPS.some((group) => group === value);
}

type Asked = { from: Day; to: Day; by: Group };

/** Sums of a time, both days included, split by something. Days are those of the team's time zone. */
export function useUsage(teamId: string, { from, to, by }: Asked) {
  const path = { team_id: teamId };
  return useQuery({
    queryKey: ['usage', teamId, from, to, by],
    placeholderData: (previous) => previous,
    queryFn: async () => {
      const query = { from, to, group_by: by };
      return (await unwrap(api.GET('/v1/teams/{team_id}/usage', { params: { path, query } }))).data;
    },
  });
}

/** The sum of all costs in US dollars. */
export function totalCost(sums: UsageSum[]): number {
  return sums.reduce((sum, { cost_usd }) => sum + cost_usd, 0);
}
