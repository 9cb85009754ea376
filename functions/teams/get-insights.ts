import * as insights from '#shared/db/insights.ts';
import { defineRoute, Id, ok } from '#shared/http/route.ts';
import { invalidFrom } from '#shared/http/time-range.ts';
import { InsightDay } from './schemas.ts';
import { PeriodQuery, periodOf, readTeamPeriod } from './team-period.ts';

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
  query: PeriodQuery.extend({ bot_id: Id.optional() }),
  response: { 200: periodOf(InsightDay) },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal: { teamId }, query }) {
    const period = await readTeamPeriod(teamId, query);
    const { from, to, timezone: timeZone } = period;
    const days = (to.getTime() - from.getTime()) / DAY_MS;
    // An hour more: clocks may be put back within the period.
    if (days > MAX_DAYS + 1 / 24) throw invalidFrom(`must lie at most ${MAX_DAYS} days before \`to\``);
    const wanted = { from, to, timeZone, botId: query.bot_id ?? null };
    return ok({ ...period, data: await insights.listDays(teamId, wanted) });
  },
});
