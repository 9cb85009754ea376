import { AppError } from '#shared/core/errors.ts';
import { endOfDay, startOfDay } from './local-days.ts';

type Moments = { from: Date | null; to: Date | null };

/**
 * The moments [from, to) of two query parameters of the type `TimeOrDay`. Days are whole days in the time zone, both
 * ends included; times stand for themselves. Null where a parameter was not sent.
 * @throws AppError `invalid_request` unless `from` lies before `to`
 */
export function readTimeRange(
  query: { from?: string | undefined; to?: string | undefined },
  timeZone: string,
): Moments {
  const from = query.from === undefined ? null : toMoment(query.from, timeZone, startOfDay);
  const to = query.to === undefined ? null : toMoment(query.to, timeZone, endOfDay);
  if (from && to && from >= to) throw invalidFrom('must lie before `to`');
  return { from, to };
}

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;

/** The same for sums: without `to` until now, without `from` the 30 days before. @throws AppError as `readTimeRange` */
export function readPeriod(
  query: { from?: string | undefined; to?: string | undefined },
  timeZone: string,
): { from: Date; to: Date } {
  const range = readTimeRange(query, timeZone);
  const to = range.to ?? new Date();
  const from = range.from ?? new Date(to.getTime() - DEFAULT_DAYS * DAY_MS);
  if (from >= to) throw invalidFrom('must lie before `to`');
  return { from, to };
}

/** The error for a `from` that cannot be used. */
export function invalidFrom(message: string): AppError {
  return new AppError('invalid_request', `The query is not acceptable: from: ${message}.`, {
    fields: [{ path: 'from', message }],
  });
}

/** A time as it is; of a day its beginning or end in the time zone. */
function toMoment(text: string, timeZone: string, ofDay: typeof startOfDay): Date {
  return /T/.test(text) ? new Date(text) : ofDay(text, timeZone);
}
