import { z } from 'zod';
import * as usage from '#shared/db/usage.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { UsageSum } from './schemas.ts';
import { PeriodQuery, periodOf, readTeamPeriod } from './team-period.ts';

export const getUsage = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/usage',
  summary: 'Get usage and cost',
  description:
    'Days are whole days in `timezone` (default: the team’s), both ends included. `from` and `to` may also be times; then `to` is exclusive. Default: the last 30 days.',
  tag: 'teams',
  access: { role: 'admin', scope: 'usage:read' },
  query: PeriodQuery.extend({
    group_by: z.enum(['day', 'bot', 'key', 'model', 'user']).default('day'),
  }),
  response: { 200: periodOf(UsageSum) },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal: { teamId }, query }) {
    const period = await readTeamPeriod(teamId, query);
    const { from, to, timezone: timeZone } = period;
    const sums = await usage.sum(teamId, { from, to, timeZone, groupBy: query.group_by });
    return ok({ ...period, data: sums });
  },
});
