import { endOfDay, startOfDay } from './local-days.ts';

test.each([
  ['2026-03-05', 'UTC', '2026-03-05T00:00:00.000Z', '2026-03-06T00:00:00.000Z'],
  ['2026-03-05', 'Asia/Seoul', '2026-03-04T15:00:00.000Z', '2026-03-05T15:00:00.000Z'],
  ['2026-12-31', 'Asia/Seoul', '2026-12-30T15:00:00.000Z', '2026-12-31T15:00:00.000Z'],
  // Summer time begins: the day has 23 hours.
  ['2026-03-08', 'America/New_York', '2026-03-08T05:00:00.000Z', '2026-03-09T04:00:00.000Z'],
  // Summer time ends: the day has 25 hours.
  ['2026-11-01', 'America/New_York', '2026-11-01T04:00:00.000Z', '2026-11-02T05:00:00.000Z'],
])('%s in %s lasts from %s to %s', (day, timeZone, from, to) => {
  expect(startOfDay(day, timeZone).toISOString()).toBe(from);
  expect(endOfDay(day, timeZone).toISOString()).toBe(to);
});
