import { z } from 'zod';
import { notFound } from '#shared/core/errors.ts';
import * as teams from '#shared/db/teams.ts';
import * as usage from '#shared/db/usage.ts';
import { defineRoute, ok, TimeOrDay } from '#shared/http/route.ts';
import { readPeriod } from '#shared/http/time-range.ts';
import { TimeZone, UsageSum } from './schemas.ts';

export const getUsage = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/usage',
  summary: 'Get usage and cost',
  description:
    'Days are whole days in `timezone` (default: the team’s), both ends included. `from` and `to` may also be times; then `to` is exclusive. Default: the last 30 days.',
  tag: 'teams',
  access: { role: 'admin', scope: 'usage:read' },
  query: z.object({
    from: TimeOrDay.optional(),
    to: TimeOrDay.optional(),
    timezone: TimeZone.optional(),
    group_by: z.enum(['day', 'bot', 'key', 'model', 'user']).default('day'),
  }),
  response: {
    200: z.object({
      from: z.iso.datetime(),
      to: z.iso.datetime(),
      timezone: z.string(),
      data: z.array(UsageSum),
    }),
  },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal: { teamId }, query }) {
    const timezone = query.timezone ?? (await teams.find(teamId))?.timezone;
    if (timezone === undefined) throw notFound('team');
    const period = readPeriod(query, timezone);
    const sums = await usage.sum(teamId, { ...period, timeZone: timezone, groupBy: query.group_by });
    return ok({ ...period, timezone, data: sums });
  },
});
