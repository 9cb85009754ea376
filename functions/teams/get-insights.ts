import { z } from 'zod';
import { notFound } from '#shared/core/errors.ts';
import * as insights from '#shared/db/insights.ts';
import * as teams from '#shared/db/teams.ts';
import { defineRoute, Id, ok, TimeOrDay } from '#shared/http/route.ts';
import { invalidFrom, readPeriod } from '#shared/http/time-range.ts';
import { InsightDay, TimeZone } from './schemas.ts';

/** A year and a day, so that a whole leap year fits. */
const MAX_DAYS = 366;
const DAY_MS = 86_400_000;

export const getInsights = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/insights',
  summary: 'See how well questions are answered',
  description: `One entry for each day of the period, also for days without questions. Days are whole days in \`timezone\` (default: the team’s), both ends included. \`from\` and \`to\` may also be times; then \`to\` is exclusive. Default: the last 30 days; at most ${MAX_DAYS}. With \`bot_id\` only this bot’s.`,
  tag: 'teams',
  access: { role: 'admin', scope: 'usage:read' },
  query: z.object({
    from: TimeOrDay.optional(),
    to: TimeOrDay.optional(),
    timezone: TimeZone.optional(),
    bot_id: Id.optional(),
  }),
  response: {
    200: z.object({
      from: z.iso.datetime(),
      to: z.iso.datetime(),
      timezone: z.string(),
      data: z.array(InsightDay),
    }),
  },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal: { teamId }, query }) {
    const timezone = query.timezone ?? (await teams.find(teamId))?.timezone;
    if (timezone === undefined) throw notFound('team');
    const period = readPeriod(query, timezone);
    const days = (period.to.getTime() - period.from.getTime()) / DAY_MS;
    // An hour more: clocks may be put back within the period.
    if (days > MAX_DAYS + 1 / 24) throw invalidFrom(`must lie at most ${MAX_DAYS} days before \`to\``);
    const wanted = { ...period, timeZone: timezone, botId: query.bot_id ?? null };
    return ok({ ...period, timezone, data: await insights.listDays(teamId, wanted) });
  },
});
