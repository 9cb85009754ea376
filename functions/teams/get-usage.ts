import { z } from 'zod';
import { AppError, notFound } from '#shared/core/errors.ts';
import * as teams from '#shared/db/teams.ts';
import * as usage from '#shared/db/usage.ts';
import { endOfDay, startOfDay } from '#shared/http/local-days.ts';
import { defineRoute, ok, TimeOrDay } from '#shared/http/route.ts';
import { TimeZone, UsageSum } from './schemas.ts';

const MONTH_MS = 30 * 86_400_000;

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
    const to = query.to === undefined ? new Date() : toMoment(query.to, timezone, endOfDay);
    const from =
      query.from === undefined
        ? new Date(to.getTime() - MONTH_MS)
        : toMoment(query.from, timezone, startOfDay);
    if (from >= to) throw endsBeforeItsStart();
    const sums = await usage.sum(teamId, { from, to, timeZone: timezone, groupBy: query.group_by });
    return ok({ from, to, timezone, data: sums });
  },
});

/** A time as it is; of a day its beginning or end in the time zone. */
function toMoment(text: string, timeZone: string, ofDay: typeof startOfDay): Date {
  return /T/.test(text) ? new Date(text) : ofDay(text, timeZone);
}

function endsBeforeItsStart(): AppError {
  const message = 'must lie before `to`';
  return new AppError('invalid_request', `The query is not acceptable: from: ${message}.`, {
    fields: [{ path: 'from', message }],
  });
}
