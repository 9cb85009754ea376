import { z } from 'zod';
import { notFound } from '#shared/core/errors.ts';
import * as teams from '#shared/db/teams.ts';
import { TimeOrDay } from '#shared/http/route.ts';
import { readPeriod } from '#shared/http/time-range.ts';
import { TimeZone } from './schemas.ts';

/** The query parameters of a period of a team. */
export const PeriodQuery = z.object({
  from: TimeOrDay.optional(),
  to: TimeOrDay.optional(),
  timezone: TimeZone.optional(),
});

/** A period with one entry for each part of it. */
export function periodOf<Entry extends z.ZodType>(entry: Entry) {
  return z.object({
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    timezone: z.string(),
    data: z.array(entry),
  });
}

/**
 * The period that a query asks for, in its time zone or else the team's.
 * @throws AppError `not_found` for a team that is gone, or as `readPeriod`
 */
export async function readTeamPeriod(
  teamId: string,
  query: z.output<typeof PeriodQuery>,
): Promise<{ from: Date; to: Date; timezone: string }> {
  const timezone = query.timezone ?? (await teams.find(teamId))?.timezone;
  if (timezone === undefined) throw notFound('team');
  return { ...readPeriod(query, timezone), timezone };
}
