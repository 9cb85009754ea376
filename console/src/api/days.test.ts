import { addDays, daysBetween, daysInMonth, today } from './days.ts';

test('days go over months and leap years', () => {
  expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
  expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
  expect(daysInMonth('2024-02-10')).toBe(29);
  expect(daysInMonth('2026-11-28')).toBe(30);
});

test('a range has both of its ends', () => {
  expect(daysBetween('2026-11-29', '2026-12-01')).toEqual(['2026-11-29', '2026-11-30', '2026-12-01']);
  expect(daysBetween('2026-12-02', '2026-12-01')).toEqual([]);
});

test('today is a day of the time zone', () => {
  expect(today('Asia/Seoul')).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  expect([0, 1]).toContain(daysBetween(today('America/Los_Angeles'), today('Asia/Tokyo')).length - 1);
});
